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
