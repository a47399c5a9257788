import type { AssetContext } from '../../domain/context.ts';
import type { Finding } from '../../domain/finding.ts';
import { neutralise } from '../../domain/neutralise.ts';
import type { RiskFactor } from '../../domain/risk.ts';
import { phraseOf } from './factor-phrases.ts';
import { wrap } from './wrap.ts';

const WIDTH = 90;
const MOST_REASONS = 3;
const MOST_CALL_SITES = 3;
/** Weaker contributions (log-odds, log of a multiplier) are not worth a reader's time. */
const WORTH_TELLING = 0.2;

/**
 * A finding's story for a person, in about ten lines of plain text: what it is, where, why it
 * matters here or does not, the call sites, the deadline, what closes it, how it was matched.
 * Whatever advisories and packages wrote is neutralised. Ends with a newline.
 */
export function explain(finding: Finding, context: AssetContext): string {
  const entries: readonly (readonly [label: string, text: string | undefined])[] = [
    ['What', whatOf(finding)],
    ['Where', whereOf(finding)],
    ['Risk', riskOf(finding)],
    ['Because', reasonsOf(finding, (each) => each.contribution > WORTH_TELLING)],
    ['Against', reasonsOf(finding, (each) => each.contribution < -WORTH_TELLING)],
    ['Reached', reachedOf(finding)],
    ['Context', contextOf(context)],
    ['Deadline', deadlineOf(finding)],
    ['Closed by', closedByOf(finding)],
    ['Matched', matchedOf(finding)],
    ['Accepted', acceptedOf(finding)],
  ];
  const lines = entries.flatMap(([label, text]) =>
    text === undefined ? [] : wrap(neutralise(text), { width: WIDTH, label }),
  );
  return `${titleOf(finding)}\n${lines.join('\n')}\n`;
}

function titleOf({ id, advisory, component, risk }: Finding): string {
  const title = `${advisory.id} in ${component.name}@${component.version}: ${risk.band} (${risk.score})`;
  return `${neutralise(title)}  [${id}]`;
}

function whatOf({ advisory, severity }: Finding): string {
  const score = severity.score === undefined ? '' : ` ${severity.score.toFixed(1)}`;
  const also =
    advisory.aliases.length > 0 ? `; also ${advisory.aliases.slice(0, 4).join(', ')}` : '';
  const published =
    advisory.published === '' ? '' : `; published ${advisory.published.slice(0, 10)}`;
  return `${advisory.summary || 'no summary'} (${severity.label}${score}${also}${published})`;
}

function whereOf({ component }: Finding): string {
  const [shortest] = component.paths;
  const path =
    shortest !== undefined && shortest.length > 1 ? `through ${shortest.join(' > ')}` : undefined;
  const others = component.paths.length - 1;
  const more = others > 0 ? ` and ${others} other ${others === 1 ? 'way' : 'ways'}` : '';
  const kind = `${component.direct ? 'direct' : 'transitive'} ${component.scope} dependency`;
  return `${kind}${path === undefined ? '' : `, ${path}${more}`}, in ${component.seenIn.join(', ')}`;
}

function riskOf({ risk }: Finding): string {
  return `${oddsText(risk.probability)} of exploitation here within 30 days, impact ${Math.round(risk.impact * 100)} of 100`;
}

/** `about 1 in 400`: below one per cent people misread percentages. */
function oddsText(probability: number): string {
  if (probability >= 0.1) return `about ${Math.round(probability * 100)} %`;
  const oneIn = 1 / probability;
  const digits = 10 ** Math.max(0, Math.floor(Math.log10(oneIn)) - 1);
  return `about 1 in ${(Math.round(oneIn / digits) * digits).toLocaleString('en-US')}`;
}

function reasonsOf(finding: Finding, wanted: (each: RiskFactor) => boolean): string | undefined {
  const told = finding.risk.factors
    .filter((each) => wanted(each) && phraseOf(each) !== undefined)
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .slice(0, MOST_REASONS)
    .map((each) => `${phraseOf(each)} (${signed(each.contribution)})`);
  return told.length === 0 ? undefined : told.join('; ');
}

/** As a factor on the odds or the loss, which is what a logarithm means to a person. */
function signed(contribution: number): string {
  const times = Math.exp(Math.abs(contribution));
  const text = times < 10 ? times.toFixed(1) : String(Math.round(times));
  return `${contribution > 0 ? '×' : '÷'}${text}`;
}

function reachedOf({ reachability }: Finding): string {
  const sites = reachability.evidence.slice(0, MOST_CALL_SITES).map((site) => {
    const via = site.via.length > 0 ? ` via ${site.via.join(' > ')}` : '';
    return `${site.file}:${site.line} ${site.symbol}${via}`;
  });
  const more = reachability.evidence.length - sites.length;
  const tail = more > 0 ? ` and ${more} more` : '';
  const places = sites.length > 0 ? `: ${sites.join('; ')}${tail}` : '';
  const status = { reachable: 'yes', 'not-reachable': 'no', unknown: 'unknown' }[
    reachability.status
  ];
  // The reason is a sentence; here it goes on.
  return `${status}, ${reachability.because.replace(/\.$/, '')}${places}`;
}

function contextOf(context: AssetContext): string {
  const { exposure, environment, criticality, dataSensitivity } = context;
  const said = [
    { text: `exposure ${exposure.value}`, field: exposure },
    { text: `environment ${environment.value}`, field: environment },
    { text: `criticality ${criticality.value}`, field: criticality },
    { text: `data ${dataSensitivity.value}`, field: dataSensitivity },
  ];
  return said
    .map(({ text, field }) =>
      field.source === 'default'
        ? `${text} (default)`
        : `${text} (${field.source}: ${field.because})`,
    )
    .join('; ');
}

function deadlineOf({ risk }: Finding): string {
  const { due, rule } = risk.deadline;
  return due === undefined ? rule : `${due}, ${rule}`;
}

function closedByOf({ component, fixedIn }: Finding): string {
  if (fixedIn.length === 0) return 'no fixed version is known';
  const [lowest, ...others] = fixedIn;
  const more = others.length > 0 ? ` (or ${others.slice(0, 4).join(', ')})` : '';
  return `${component.name} ${lowest}${more}`;
}

function matchedOf({ match, component }: Finding): string {
  return match.how === 'range'
    ? `${component.version} is in ${match.range} of ${match.record}, compared as ${match.grammar}`
    : `${component.version} is listed in ${match.record}`;
}

function acceptedOf({ suppression }: Finding): string | undefined {
  if (suppression === undefined) return undefined;
  return `${suppression.reason} (${suppression.declaredIn}, until ${suppression.expires})`;
}
