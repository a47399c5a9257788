/** Real published applications and libraries, old enough to have many findings. */
export interface QualityProject {
  readonly name: string;
  readonly version: string;
  /**
   * `shipped`: with the lockfile its authors published in the package. `lowest`: resolved with every
   * direct dependency at the lowest version its range admits, like a project nobody has refreshed.
   */
  readonly lockfile: 'shipped' | 'lowest';
}

export const projects: readonly QualityProject[] = [
  { name: 'hapi', version: '16.1.0', lockfile: 'shipped' },
  { name: 'appium', version: '1.8.0', lockfile: 'shipped' },
  { name: 'serverless', version: '1.26.0', lockfile: 'shipped' },
  { name: 'json-server', version: '0.12.2', lockfile: 'lowest' },
  { name: 'statsd', version: '0.8.0', lockfile: 'lowest' },
  { name: 'restify', version: '4.3.0', lockfile: 'lowest' },
  { name: 'jshint', version: '2.9.5', lockfile: 'lowest' },
  { name: 'npm-check-updates', version: '3.1.0', lockfile: 'lowest' },
];
