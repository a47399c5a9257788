import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import type { Schemas } from '../../api/types.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import type { PolicyEditor } from './codemirror.ts';

export interface EditorHandle {
  readonly goTo: (line: number, column: number) => void;
}

interface EditorProps {
  readonly text: string;
  readonly change: (text: string) => void;
  readonly complaints: readonly Schemas['PolicyComplaint'][];
  readonly ref?: Ref<EditorHandle>;
}

/** Edits YAML; problems are marked at their line. */
export function Editor({ text, change, complaints, ref }: EditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<PolicyEditor>();
  const latest = useRef({ text, change });
  useEffect(() => {
    latest.current = { text, change };
  });
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    let made: PolicyEditor | undefined;
    let left = false;
    const edited = (next: string): void => latest.current.change(next);
    void import('./codemirror.ts').then(({ createEditor }) => {
      if (left) return undefined;
      made = createEditor(element, {
        text: latest.current.text,
        label: 'Policy, YAML',
        changed: edited,
      });
      setEditor(made);
      return undefined;
    });
    return () => {
      left = true;
      made?.destroy();
      setEditor(undefined);
    };
  }, []);
  useEffect(() => editor?.setDocument(text), [editor, text]);
  useEffect(() => editor?.complain(complaints), [editor, complaints]);
  useImperativeHandle(ref, () => ({ goTo: (line, column) => editor?.goTo(line, column) }), [
    editor,
  ]);
  return (
    <div className="card editor">
      {editor === undefined && (
        <div className="editor-waits">
          <Skeleton height="22rem" />
        </div>
      )}
      <div ref={host} />
    </div>
  );
}
