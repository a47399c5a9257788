import type { Schemas } from '../../api/types.ts';
import { Select } from '../../ui/field.tsx';
import { sentence } from '../../ui/format.ts';
import {
  CRITICALITIES,
  CRITICALITY_WORDS,
  ENVIRONMENTS,
  EXPOSURES,
  SENSITIVITIES,
} from '../words.ts';

/** What of an asset's context a person may say. */
export interface ContextInput {
  readonly environment?: Schemas['Environment'];
  readonly exposure?: Schemas['Exposure'];
  readonly criticality?: Schemas['Criticality'];
  readonly dataSensitivity?: Schemas['DataSensitivity'];
}

export type ContextField = keyof ContextInput;

export const CONTEXT_LABELS: Readonly<Record<ContextField, string>> = {
  environment: 'Environment',
  exposure: 'Exposure',
  criticality: 'Criticality',
  dataSensitivity: 'Data',
};

const words = (values: readonly string[]) =>
  values.map((value) => ({ value, label: sentence(value) }));

/** The values that each field knows. */
export const CONTEXT_OPTIONS: Readonly<
  Record<ContextField, readonly { value: string; label: string }[]>
> = {
  environment: words(ENVIRONMENTS),
  exposure: words(EXPOSURES),
  criticality: CRITICALITIES.map((tier) => ({
    value: String(tier),
    label: CRITICALITY_WORDS[tier],
  })),
  dataSensitivity: words(SENSITIVITIES),
};

/** A value as the API takes it: criticality is a number. */
export function contextValue(field: ContextField, text: string): string | number {
  return field === 'criticality' ? Number(text) : text;
}

/** `1` of criticality → `1 · mission-critical` */
export function contextWords(field: ContextField, value: string | number): string {
  return (
    CONTEXT_OPTIONS[field].find((option) => option.value === String(value))?.label ?? String(value)
  );
}

/** Four choices; what is left open is inferred. */
export function ContextFields({
  context,
  change,
}: {
  context: ContextInput;
  change: (context: ContextInput) => void;
}) {
  return (
    <div className="form-grid">
      {(Object.keys(CONTEXT_LABELS) as ContextField[]).map((field) => (
        <Select
          key={field}
          label={CONTEXT_LABELS[field]}
          value={String(context[field] ?? '')}
          options={[{ value: '', label: 'Inferred' }, ...CONTEXT_OPTIONS[field]]}
          onChange={({ target }) => {
            const { [field]: _before, ...rest } = context;
            change(
              target.value === '' ? rest : { ...rest, [field]: contextValue(field, target.value) },
            );
          }}
        />
      ))}
    </div>
  );
}
