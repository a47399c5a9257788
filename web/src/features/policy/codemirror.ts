/** The editor; its own chunk, loaded when the policy is shown. */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, type Text } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Schemas } from '../../api/types.ts';

// Custom properties reach into the shadow root, so both themes are one.
const theme = EditorView.theme({
  '&': {
    color: 'var(--text)',
    backgroundColor: 'var(--surface)',
    fontSize: '0.8125rem',
    borderRadius: 'var(--round-large)',
  },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6', minHeight: '24rem' },
  '.cm-content': { padding: '0.75rem 0', caretColor: 'var(--accent)' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)' },
  '.cm-gutters': {
    backgroundColor: 'var(--surface)',
    color: 'var(--text-faint)',
    borderRight: '1px solid var(--line)',
    borderRadius: 'var(--round-large) 0 0 var(--round-large)',
  },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--text) 4%, transparent)' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 25%, transparent)',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--surface)',
    color: 'var(--text)',
    border: '1px solid var(--line)',
    borderRadius: 'var(--round)',
    fontFamily: 'var(--font)',
  },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--act)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--attend)' },
});

const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
    { tag: tags.comment, color: 'var(--text-faint)', fontStyle: 'italic' },
    { tag: [tags.string, tags.content], color: 'var(--text)' },
    { tag: [tags.number, tags.bool, tags.keyword, tags.null], color: 'var(--attend)' },
    { tag: [tags.separator, tags.punctuation, tags.meta], color: 'var(--text-soft)' },
  ]),
);

/** A complaint's place as the editor counts: from its column to the end of the word or line. */
function diagnosticOf(text: Text, complaint: Schemas['PolicyComplaint']): Diagnostic {
  const line = text.line(Math.min(Math.max(1, complaint.line), text.lines));
  const from = Math.min(line.from + Math.max(0, complaint.column - 1), line.to);
  const { message, remedy } = complaint;
  return {
    from,
    to: from === line.to ? line.to : line.to - (line.text.length - line.text.trimEnd().length),
    severity: complaint.severity,
    message: remedy === null ? message : `${message}\n${remedy}`,
  };
}

export interface PolicyEditor {
  readonly complain: (complaints: readonly Schemas['PolicyComplaint'][]) => void;
  readonly goTo: (line: number, column: number) => void;
  readonly setDocument: (text: string) => void;
  readonly setReadOnly: (readOnly: boolean) => void;
  readonly destroy: () => void;
}

/** Puts an editor into an element; in a shadow root, so that it needs no inline styles. */
export function createEditor(
  host: HTMLElement,
  { text, label, changed }: { text: string; label: string; changed: (text: string) => void },
): PolicyEditor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const readOnly = new Compartment();
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        indentOnInput(),
        bracketMatching(),
        yaml(),
        colours,
        theme,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
        // Tab leaves the editor, as everything else on the page.
        keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
        readOnly.of(EditorState.readOnly.of(false)),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    complain: (complaints) => {
      const { doc } = view.state;
      view.dispatch(
        setDiagnostics(
          view.state,
          complaints.map((complaint) => diagnosticOf(doc, complaint)),
        ),
      );
    },
    goTo: (lineNumber, column) => {
      const { doc } = view.state;
      const line = doc.line(Math.min(Math.max(1, lineNumber), doc.lines));
      const anchor = Math.min(line.from + Math.max(0, column - 1), line.to);
      view.dispatch({ selection: { anchor }, scrollIntoView: true });
      view.focus();
    },
    setDocument: (next) => {
      if (next === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    setReadOnly: (value) => {
      view.dispatch({ effects: readOnly.reconfigure(EditorState.readOnly.of(value)) });
    },
    destroy: () => view.destroy(),
  };
}
