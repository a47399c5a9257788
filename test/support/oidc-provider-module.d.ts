/** It comes without types; this is what the test provider uses of it. */
declare module 'oidc-provider' {
  export class Provider {
    constructor(issuer: string, configuration: object);
    callback(): (request: unknown, response: unknown) => void;
  }
}
