import type { Option } from './field.tsx';

/** A choice that takes effect at once; its label is only heard. */
export function InlineSelect({
  label,
  value,
  options,
  change,
}: {
  label: string;
  value: string;
  options: readonly Option[];
  change: (value: string) => void;
}) {
  return (
    <select
      className="input inline"
      aria-label={label}
      value={value}
      onChange={(event) => change(event.target.value)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
