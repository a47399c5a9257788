import type { Count } from '../api/types.ts';
import { Disclosure } from './disclosure.tsx';
import { Choice } from './field.tsx';
import { formatCount, sentence } from './format.ts';

interface FacetMenuProps<Word extends string> {
  readonly label: string;
  readonly words: readonly Word[];
  /** What the words are called; without it they are made into sentences. */
  readonly named?: Readonly<Record<Word, string>>;
  readonly chosen: readonly Word[] | undefined;
  readonly counts?: Readonly<Record<string, Count>> | undefined;
  /** At most one at a time. */
  readonly single?: boolean;
  readonly change: (chosen: Word[] | undefined) => void;
}

/** What stands on the button: of questions only the answer. */
function shortName(word: string, name: string): string {
  if (word === 'true') return 'yes';
  return word === 'false' ? 'no' : name.toLowerCase() === word ? word : name;
}

/** A filter as a menu of words to tick, each with how many there are. */
export function FacetMenu<Word extends string>({
  label,
  words,
  named,
  chosen = [],
  counts,
  single = false,
  change,
}: FacetMenuProps<Word>) {
  const nameOf = (word: Word): string => named?.[word] ?? sentence(word);
  const [only] = chosen;
  const summary =
    only === undefined
      ? label
      : chosen.length === 1
        ? `${label}: ${shortName(only, nameOf(only))}`
        : `${label}: ${chosen.length}`;
  return (
    <Disclosure label={summary} on={only !== undefined}>
      <fieldset>
        <legend className="visually-hidden">{label}</legend>
        {words.map((word) => {
          const on = chosen.includes(word);
          const kept = words.filter((other) =>
            other === word ? !on : !single && chosen.includes(other),
          );
          const count = counts?.[word];
          return (
            <Choice
              key={word}
              label={nameOf(word)}
              checked={on}
              count={count === undefined ? '' : formatCount(count)}
              onChange={() => change(kept.length === 0 ? undefined : kept)}
            />
          );
        })}
      </fieldset>
    </Disclosure>
  );
}
