import { type ReactNode, useSyncExternalStore } from 'react';
import { problemOf } from '../api/problem.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

interface Toast {
  readonly id: number;
  readonly tone: 'good' | 'act';
  readonly text: ReactNode;
}

let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function dismiss(id: number): void {
  change(toasts.filter((toast) => toast.id !== id));
}

function add(tone: Toast['tone'], text: ReactNode, milliseconds: number): void {
  const id = nextId;
  nextId += 1;
  change([...toasts.slice(-3), { id, tone, text }]);
  setTimeout(() => dismiss(id), milliseconds);
}

/** Says that something was done. */
export function tell(text: ReactNode): void {
  add('good', text, 6000);
}

/** Says that something could not be done, and what to do; stays longer. */
export function tellError(error: unknown): void {
  const { title, detail, remedy } = problemOf(error);
  const words = [detail ?? title, remedy].filter((part) => part !== undefined);
  add('act', words.join(' '), 15_000);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map(({ id, tone, text }) => (
        <div key={id} className="toast">
          <Icon name={tone === 'good' ? 'check' : 'finding'} className={tone} />
          <div>{text}</div>
          <Button look="quiet" compact icon="close" iconOnly onClick={() => dismiss(id)}>
            Dismiss
          </Button>
        </div>
      ))}
    </div>
  );
}
