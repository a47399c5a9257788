import { Dialog } from '../ui/dialog.tsx';
import { PARTS } from './navigation.ts';

const GROUPS = [
  { title: 'Go to', keys: PARTS.map(({ key, label }) => [`g ${key}`, label] as const) },
  {
    title: 'In a list',
    keys: [
      ['j', 'Next'],
      ['k', 'Previous'],
      ['Enter', 'Open'],
    ] as const,
  },
  {
    title: 'Everywhere',
    keys: [
      ['/', 'Search'],
      ['u', 'Back to the list'],
      ['?', 'These keys'],
      ['Esc', 'Close'],
    ] as const,
  },
];

/** Keys and what each does, by where it does it. */
export function KeyList() {
  return (
    <div className="keys">
      {GROUPS.map(({ title, keys }) => (
        <section key={title} aria-label={title}>
          <h3>{title}</h3>
          <ul>
            {keys.map(([key, label]) => (
              <li key={key}>
                <span>{label}</span>
                <span>
                  {key.split(' ').map((part) => (
                    <kbd key={part} className="keycap">
                      {part}
                    </kbd>
                  ))}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

/** What can be done from the keyboard. */
export function Keys({ close }: { close: () => void }) {
  return (
    <Dialog title="Keyboard" close={close}>
      <KeyList />
    </Dialog>
  );
}
