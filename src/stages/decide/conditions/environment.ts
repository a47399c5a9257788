import { Environment } from '@marcbachmann/cel-js';
import { type ConditionScope, VOCABULARY } from './vocabulary.ts';

/** Enough for a rule that a person can read, too few for one that nobody can bound. */
const LIMITS = {
  maxAstNodes: 400,
  maxDepth: 40,
  maxListElements: 100,
  maxMapEntries: 20,
  maxCallArguments: 8,
};

/** Objects are instances, because the evaluator knows an object's type by its constructor. */
class Fields {
  readonly [name: string]: unknown;

  constructor(fields: object) {
    Object.assign(this, fields);
  }
}

export class CelAsset extends Fields {}
export class CelChange extends Fields {}
export class CelFinding extends Fields {}

const assetOnly = new Environment({ limits: LIMITS })
  .registerType('Asset', { ctor: CelAsset, fields: VOCABULARY.asset })
  .registerVariable('asset', 'Asset')
  .registerVariable('now', 'google.protobuf.Timestamp');

const everything = assetOnly
  .clone()
  .registerType('Change', { ctor: CelChange, fields: VOCABULARY.change })
  .registerType('Finding', { ctor: CelFinding, fields: VOCABULARY.finding })
  .registerVariable('change', 'Change')
  .registerVariable('findings', 'list<Finding>');

/** The Common Expression Language with our variables and their types; unknown ones are errors. */
export const environments: Readonly<Record<ConditionScope, Environment>> = {
  asset: assetOnly,
  change: everything,
};
