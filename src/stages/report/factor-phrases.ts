import type { RiskFactor } from '../../domain/risk.ts';

/**
 * A risk factor in words, or `undefined` for those that say nothing about this finding (the
 * baselines every finding starts from, what was assumed for want of knowledge).
 */
export function phraseOf(factor: RiskFactor): string | undefined {
  if (factor.value === 'unknown' && factor.name !== 'reachability') return undefined;
  return PHRASES[factor.name]?.(factor.value, factor.contribution);
}

const PHRASES: Readonly<
  Record<string, (value: string, contribution: number) => string | undefined>
> = {
  'base-rate': () => undefined,
  'impact-baseline': () => undefined,
  'malicious-package': () => 'the package itself is malicious',
  kev: (value) => value,
  ransomware: (value) => value,
  epss: (value, contribution) =>
    `EPSS ${value} says exploitation is ${contribution > 0 ? 'more' : 'less'} likely than for most`,
  'ssvc-exploitation': (value) =>
    value === 'active' ? 'exploitation is reported (SSVC)' : 'a proof of concept exists (SSVC)',
  'public-exploits': (value) => `${value} public exploit${value === '1' ? '' : 's'}`,
  'cvss-exploitability': (value) => `attack: ${value}`,
  automatable: (value) =>
    value.startsWith('yes') ? 'attacks can be automated' : 'attacks are hard to automate',
  'technical-impact': (value) =>
    value.startsWith('total') ? 'gives total control' : 'gives partial control only',
  weakness: (value) => `kind of weakness: ${value}`,
  age: (value, contribution) =>
    contribution > 0 ? `new, published ${value} ago` : `${value} old without being taken up`,
  exposure: (value) => `exposure: ${value}`,
  reachability: (value) =>
    value === 'not-reachable' ? 'this code cannot get to it' : 'this code gets to it',
  scope: (value) => `only a ${value} dependency`,
  depth: (value) => value,
  'cvss-impact': (value, contribution) => (contribution < -0.1 ? `limited to ${value}` : value),
  criticality: (value) => `criticality: ${value}`,
  'data-sensitivity': (value) => `data: ${value}`,
  environment: (value) => `environment: ${value}`,
};
