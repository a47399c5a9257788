import { useEffect, useRef, useState } from 'react';
import { Icon } from './icon.tsx';

/** How long nobody types before it is searched. */
const PAUSE_MS = 250;

/** Searches as one types; `/` comes here, Escape empties it. */
export function SearchBox({
  label,
  value,
  change,
}: {
  label: string;
  value: string;
  change: (text: string) => void;
}) {
  const [text, setText] = useState(value);
  const asked = useRef(value);
  const changed = useRef(change);
  useEffect(() => {
    changed.current = change;
  });
  // The address changed by other means than typing: a link, back, "clear filters".
  useEffect(() => {
    if (value === asked.current) return;
    asked.current = value;
    setText(value);
  }, [value]);
  useEffect(() => {
    if (text === asked.current) return;
    const timer = setTimeout(() => {
      asked.current = text;
      changed.current(text);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div className="search">
      <Icon name="search" />
      <input
        type="search"
        className="input"
        aria-label={label}
        placeholder={label}
        value={text}
        maxLength={100}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          if (text === '') event.currentTarget.blur();
          else setText('');
        }}
      />
      <kbd className="keycap" aria-hidden="true">
        /
      </kbd>
    </div>
  );
}
