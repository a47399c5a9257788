export type Environment = 'production' | 'staging' | 'test' | 'development';
export type Exposure = 'internet' | 'internal' | 'isolated';
export type DataSensitivity = 'regulated' | 'confidential' | 'internal' | 'public';
/** 1 is mission-critical, 4 is expendable. */
export type Criticality = 1 | 2 | 3 | 4;

/** A fact about an asset together with how we came to believe it. */
export interface ContextField<T> {
  readonly value: T;
  /** `declared` by a person, `inferred` from what was seen, or the `default` for want of both. */
  readonly source: 'declared' | 'inferred' | 'default';
  /** What it was read from: `suture.yaml:4`, `Dockerfile:12 EXPOSE 8080`, `nothing said otherwise`. */
  readonly because: string;
}

export interface AssetContext {
  readonly environment: ContextField<Environment>;
  readonly exposure: ContextField<Exposure>;
  readonly criticality: ContextField<Criticality>;
  readonly dataSensitivity: ContextField<DataSensitivity>;
}

/** What each field may be, most serious first. */
export const CONTEXT_VALUES = {
  environment: ['production', 'staging', 'test', 'development'],
  exposure: ['internet', 'internal', 'isolated'],
  criticality: [1, 2, 3, 4],
  dataSensitivity: ['regulated', 'confidential', 'internal', 'public'],
} as const satisfies {
  readonly [K in keyof AssetContext]: readonly AssetContext[K]['value'][];
};

/**
 * For want of any word. Production, because most code ends there and a wrong "only a test" hides
 * risk; internal, because most assets serve nobody and a wrong "internet" buries what does; the
 * middle of the tiers.
 */
export const DEFAULT_CONTEXT: AssetContext = {
  environment: { value: 'production', source: 'default', because: 'nothing said otherwise' },
  exposure: { value: 'internal', source: 'default', because: 'nothing said otherwise' },
  criticality: { value: 3, source: 'default', because: 'nothing said otherwise' },
  dataSensitivity: { value: 'internal', source: 'default', because: 'nothing said otherwise' },
};

/** The values of each field, the one that asks for most care first. */
const BY_CARE: Readonly<Record<keyof AssetContext, readonly unknown[]>> = {
  environment: ['production', 'staging', 'test', 'development'],
  exposure: ['internet', 'internal', 'isolated'],
  criticality: [1, 2, 3, 4],
  dataSensitivity: ['regulated', 'confidential', 'internal', 'public'],
};

/** The fields in which an asset would be taken for less than it was. */
export function weakened(
  before: AssetContext,
  after: AssetContext,
): readonly (keyof AssetContext)[] {
  const fields = ['environment', 'exposure', 'criticality', 'dataSensitivity'] as const;
  return fields.filter((field) => {
    const care = BY_CARE[field];
    return care.indexOf(after[field].value) > care.indexOf(before[field].value);
  });
}
