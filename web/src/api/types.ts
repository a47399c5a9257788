import type { components } from './schema.d.ts';

/** What the API speaks of, by name; made from its OpenAPI document. */
export type Schemas = components['schemas'];
export type Problem = Schemas['Problem'];
export type Session = Schemas['Session'];
export type Permission = Schemas['Permission'];
export type Role = Schemas['Role'];
export type Band = Schemas['Band'];
export type Count = Schemas['Count'];
