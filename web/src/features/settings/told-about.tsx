import { Choice } from '../../ui/field.tsx';
import type { ChannelForm } from './channel-form.ts';
import { NOTIFICATION_KINDS } from './channel-words.ts';

/** What a channel is told about: everything, or what is ticked. */
export function ToldAbout({
  all,
  kinds,
  wrong,
  change,
}: Pick<ChannelForm, 'all' | 'kinds'> & {
  wrong: string | undefined;
  change: (part: Partial<Pick<ChannelForm, 'all' | 'kinds'>>) => void;
}) {
  return (
    <fieldset aria-describedby={wrong === undefined ? undefined : 'told-wrong'}>
      <legend>What is told here</legend>
      <Choice
        type="radio"
        name="told"
        label="Everything"
        checked={all}
        onChange={() => change({ all: true })}
      />
      <Choice
        type="radio"
        name="told"
        label="Only some"
        checked={!all}
        onChange={() => change({ all: false })}
      />
      {!all && (
        <div className="choices">
          {NOTIFICATION_KINDS.map(({ kind, label }) => (
            <Choice
              key={kind}
              label={label}
              checked={kinds.includes(kind)}
              onChange={({ target }) =>
                change({
                  kinds: target.checked
                    ? [...kinds, kind]
                    : kinds.filter((other) => other !== kind),
                })
              }
            />
          ))}
        </div>
      )}
      {wrong !== undefined && (
        <div className="field">
          <span className="wrong" id="told-wrong">
            {wrong}
          </span>
        </div>
      )}
    </fieldset>
  );
}
