/**
 * What conditions can speak of: fields by variable, with their CEL types. The guide lists the same
 * (docs/guide/policy.md; a test compares the two).
 */
export const VOCABULARY = {
  asset: {
    name: 'string',
    kind: 'string',
    environment: 'string',
    /** 1 is mission-critical, 4 is expendable. */
    criticality: 'int',
    exposure: 'string',
    dataSensitivity: 'string',
    labels: 'map<string, string>',
    owners: 'list<string>',
  },
  change: {
    confidence: 'double',
    verdict: 'string',
    kinds: 'list<string>',
    packages: 'list<string>',
    majors: 'int',
    closes: 'int',
    riskRemoved: 'double',
    testsReachShare: 'double',
    hasExploitProof: 'bool',
    files: 'list<string>',
  },
  finding: {
    id: 'string',
    band: 'string',
    score: 'double',
    kev: 'bool',
    severity: 'string',
    reachability: 'string',
    /** End of the day; absent where no rule sets a date. */
    due: 'google.protobuf.Timestamp',
    package: 'string',
    advisory: 'string',
    aliases: 'list<string>',
  },
} as const;

/** `asset`: only the asset is known (calendars). `change`: everything is. */
export type ConditionScope = 'asset' | 'change';

/** Variables by scope, for messages. */
export const VARIABLES: Readonly<Record<ConditionScope, readonly string[]>> = {
  asset: ['asset', 'now'],
  change: ['asset', 'change', 'findings', 'now'],
};

export const FIELD_NAMES: readonly string[] = [
  ...new Set(Object.values(VOCABULARY).flatMap((fields) => Object.keys(fields))),
];
