/** A published application or package whose tarball holds its tests, old enough for many findings. */
export interface Application {
  readonly name: string;
  readonly version: string;
  /** Of `dependencies` and `devDependencies`: ranges the project must have to install at all today. */
  readonly replaced?: Readonly<Record<string, string>>;
  /** Why something is replaced, for a person. */
  readonly because?: string;
}

export const applications: readonly Application[] = [
  { name: 'forever', version: '0.15.1' },
  { name: 'hawk', version: '3.1.3' },
  { name: 'http-server', version: '0.9.0' },
  { name: 'hubot', version: '2.19.0' },
  { name: 'json-server', version: '0.8.9' },
  { name: 'keystone', version: '0.3.16' },
  { name: 'mqtt', version: '1.14.1' },
  { name: 'sinopia', version: '1.4.0' },
  { name: 'st', version: '0.5.3' },
  { name: 'statsd', version: '0.8.0' },
];
