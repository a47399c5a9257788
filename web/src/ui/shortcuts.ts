import { useEffect, useRef } from 'react';

/** How long after `g` the second key may come. */
const SEQUENCE_MS = 1200;

/** Keys as `KeyboardEvent.key`; two with a space between are pressed one after the other. */
export type Shortcuts = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const layers: { current: Shortcuts }[] = [];
let first: { key: string; at: number } | undefined;

function writes(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select'))
  );
}

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  // A dialog has the keyboard for itself.   // The editor lives in a shadow root: only the path names what is typed in.
  if (writes(event.composedPath()[0] ?? null) || document.querySelector('dialog[open]') !== null)
    return;
  const sequence =
    first !== undefined && event.timeStamp - first.at < SEQUENCE_MS
      ? `${first.key} ${event.key}`
      : undefined;
  first = { key: event.key, at: event.timeStamp };
  for (const key of sequence === undefined ? [event.key] : [sequence, event.key]) {
    const action = layers.findLast(({ current }) => current[key] !== undefined)?.current[key];
    if (action === undefined) continue;
    first = undefined;
    event.preventDefault();
    action(event);
    return;
  }
}

/** Listens for keys while it is mounted; the latest of several that want a key gets it. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const layer = useRef(shortcuts);
  useEffect(() => {
    layer.current = shortcuts;
  });
  useEffect(() => {
    if (layers.length === 0) document.addEventListener('keydown', pressed);
    layers.push(layer);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
      if (layers.length === 0) document.removeEventListener('keydown', pressed);
    };
  }, []);
}
