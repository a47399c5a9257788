/** A published application or package whose tarball holds its tests, old enough for many findings. */
export interface Application {
  readonly name: string;
  readonly version: string;
  /**
   * What direct dependencies are locked to: `lowest` in range, like a project nobody has refreshed
   * since its release, or `newest` in range, where the tests do not run on the lowest.
   */
  readonly locked: 'lowest' | 'newest';
  /** The `checks` of its suture.yaml, as its maintainers would write it today. */
  readonly checks?: { readonly test?: readonly string[]; readonly timeoutSeconds?: number };
}

export const applications: readonly Application[] = [
  { name: 'forever', version: '0.15.1', locked: 'lowest', checks: { timeoutSeconds: 150 } },
  {
    name: 'hawk',
    version: '3.1.3',
    locked: 'newest',
    checks: { test: ['node', 'node_modules/lab/bin/lab', '-a', 'code', '-l'] },
  },
  { name: 'http-server', version: '0.9.0', locked: 'lowest' },
  { name: 'hubot', version: '2.19.0', locked: 'lowest' },
  { name: 'json-server', version: '0.8.9', locked: 'lowest' },
  { name: 'keystone', version: '0.3.16', locked: 'lowest' },
  { name: 'minimist', version: '1.2.0', locked: 'lowest' },
  { name: 'mqtt', version: '1.14.1', locked: 'lowest' },
  { name: 'sinopia', version: '1.4.0', locked: 'lowest' },
  { name: 'st', version: '0.5.3', locked: 'lowest' },
  { name: 'statsd', version: '0.8.0', locked: 'lowest' },
];
