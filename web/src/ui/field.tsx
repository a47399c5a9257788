import { type ComponentProps, type ReactNode, useId } from 'react';

interface FieldFrame {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly wrong?: string | undefined;
}

interface Wiring {
  readonly id: string;
  readonly className: 'input';
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

function Framed({
  label,
  hint,
  wrong,
  children,
}: FieldFrame & { children: (wiring: Wiring) => ReactNode }) {
  const id = useId();
  const described = [hint === undefined ? '' : `${id}-hint`, wrong ? `${id}-wrong` : '']
    .filter((part) => part !== '')
    .join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        className: 'input',
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': wrong ? true : undefined,
      })}
      {hint !== undefined && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {wrong && (
        <span className="wrong" id={`${id}-wrong`}>
          {wrong}
        </span>
      )}
    </div>
  );
}

type Plain<Tag extends 'input' | 'textarea' | 'select'> = Omit<
  ComponentProps<Tag>,
  'className' | 'id'
>;

export function TextField({ label, hint, wrong, ...rest }: FieldFrame & Plain<'input'>) {
  return (
    <Framed label={label} hint={hint} wrong={wrong}>
      {(wiring) => <input type="text" {...rest} {...wiring} />}
    </Framed>
  );
}

export function TextArea({
  label,
  hint,
  wrong,
  code = false,
  ...rest
}: FieldFrame & Plain<'textarea'> & { code?: boolean }) {
  return (
    <Framed label={label} hint={hint} wrong={wrong}>
      {(wiring) => (
        <textarea {...rest} {...wiring} className={code ? 'input mono' : wiring.className} />
      )}
    </Framed>
  );
}

export interface Option {
  readonly value: string;
  readonly label: string;
}

export function Select({
  label,
  hint,
  wrong,
  options,
  ...rest
}: FieldFrame & Plain<'select'> & { options: readonly Option[] }) {
  return (
    <Framed label={label} hint={hint} wrong={wrong}>
      {(wiring) => (
        <select {...rest} {...wiring}>
          {options.map(({ value, label: text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Framed>
  );
}

/** A box or a round one to tick, with its words and how many there are. */
export function Choice({
  label,
  count,
  type = 'checkbox',
  ...rest
}: Omit<ComponentProps<'input'>, 'className' | 'id' | 'type'> & {
  label: ReactNode;
  count?: string | undefined;
  type?: 'checkbox' | 'radio';
}) {
  return (
    <label className="choice">
      <input type={type} {...rest} />
      <span>{label}</span>
      {count !== undefined && <span className="count">{count}</span>}
    </label>
  );
}
