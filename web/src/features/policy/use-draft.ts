import { useCallback, useState } from 'react';

const KEY = 'suture.policy.unsaved';

interface Unsaved {
  /** Number of the version that it was made from. */
  readonly from: number;
  readonly text: string;
}

function read(from: number): string | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Unsaved | null;
    return kept?.from === from && typeof kept.text === 'string' ? kept.text : undefined;
  } catch {
    return undefined;
  }
}

function write(unsaved: Unsaved | undefined): void {
  try {
    if (unsaved === undefined) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, JSON.stringify(unsaved));
  } catch {
    // Storage is switched off: it holds until the page is left.
  }
}

export interface Draft {
  readonly text: string;
  readonly changed: boolean;
  readonly edit: (text: string) => void;
  readonly discard: () => void;
}

/** What somebody writes over a version; kept until it is saved or thrown away, whatever is opened. */
export function useDraft(from: number, document: string): Draft {
  const [edited, setEdited] = useState(() => read(from));
  const text = edited ?? document;
  const edit = useCallback(
    (next: string) => {
      const unsaved = next === document ? undefined : next;
      setEdited(unsaved);
      write(unsaved === undefined ? undefined : { from, text: unsaved });
    },
    [from, document],
  );
  const discard = useCallback(() => {
    setEdited(undefined);
    write(undefined);
  }, []);
  return { text, changed: text !== document, edit, discard };
}
