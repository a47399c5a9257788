import type { z } from '@hono/zod-openapi';
import { deadlinesUnder } from '../stages/prioritize/deadline/under-policy.ts';
import { explain } from '../stages/report/explain.ts';
import { effectiveContext } from '../store/asset-context.ts';
import { exceptionOf } from '../store/exception-queries.ts';
import { findingFacets } from '../store/finding-counts.ts';
import type { FindingFilter } from '../store/finding-filter.ts';
import { findingGroups } from '../store/finding-groups.ts';
import { listFindings } from '../store/finding-list.ts';
import { type FullFinding, findingById } from '../store/finding-read.ts';
import { findingHistory } from '../store/findings.ts';
import { policyInForce } from '../workflows/control/policy-in-force.ts';
import { type BoundOperation, bind } from './bind.ts';
import { findings } from './contract/index.ts';
import { notFound, pageOfRows, readNumber } from './cursor.ts';
import type { ApiDependencies } from './dependencies.ts';
import { findingOfDocument } from './stored-finding.ts';

type Filter = Omit<
  z.output<typeof findings.findingFilter>,
  'cursor' | 'limit' | 'sort' | 'kev' | 'fixable'
> & { readonly kev?: boolean | undefined; readonly fixable?: boolean | undefined };

/** Findings as people look for them and look at one. */
export function findingHandlers(dependencies: ApiDependencies): readonly BoundOperation[] {
  const { store } = dependencies;
  return [
    bind(findings.listFindings, async ({ query }) => {
      const { sort, limit, cursor, ...filter } = query;
      return await listFindings(store, filterOf(filter), { sort, limit, ...given({ cursor }) });
    }),

    bind(findings.findingFacets, ({ query }) => findingFacets(store, filterOf(query))),

    bind(findings.listFindingGroups, async ({ query }) => {
      const { limit, cursor, ...filter } = query;
      const page = await findingGroups(store, filterOf(filter), { limit, ...given({ cursor }) });
      return {
        ...page,
        items: page.items.map((group) => ({ ...group, assets: group.assets.value })),
      };
    }),

    bind(findings.getFinding, async ({ params }) => {
      const finding = await findingById(store, params.id);
      if (finding === undefined) throw notFound('finding', params.id);
      return await explained(dependencies, finding);
    }),

    bind(findings.findingHistory, async ({ params, query }) => {
      const after = readNumber('history', query.cursor);
      const all = await findingHistory(store, params.id);
      if (all.length === 0) throw notFound('finding', params.id);
      const rest = after === undefined ? all : all.filter(({ id }) => BigInt(id) > BigInt(after));
      const page = pageOfRows('history', rest, query.limit, ({ id }) => [id]);
      return {
        ...page,
        items: page.items.map(({ actorName, decisionSeq, ...entry }) => ({
          ...entry,
          actor: actorName ?? entry.actor,
          decisionSeq: decisionSeq === null ? null : Number(decisionSeq),
        })),
      };
    }),
  ];
}

/** Without what is not given: a filter narrows by what it has. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as never;
}

function filterOf({ kev, fixable, ...filter }: Filter): FindingFilter {
  return {
    ...given(filter),
    ...(kev === undefined ? {} : { kev: [kev] }),
    ...(fixable === undefined ? {} : { fixable: [fixable] }),
  };
}

async function explained({ store, clock }: ApiDependencies, row: FullFinding) {
  const { detail } = row;
  const finding = findingOfDocument(detail);
  const [context, inForce, exception] = await Promise.all([
    effectiveContext(store, row.asset.id),
    policyInForce(store),
    exceptionOf(store, row.id),
  ]);
  const times = { firstSeen: row.firstSeen, now: clock.now() };
  const deadlines = deadlinesUnder(inForce.policy, finding, context, times);
  const { advisory, component, match, reachability, risk, threat, vex } = detail;
  return {
    ...row,
    match: { how: match.how, range: match.range, record: match.record, grammar: match.grammar },
    paths: component.paths,
    seenIn: component.seenIn,
    cvss: advisory.cvss,
    cwes: advisory.cwes,
    published: advisory.published,
    threat,
    reachabilityBecause: reachability.because,
    callSites: reachability.evidence,
    vex,
    risk: { probability: risk.probability, impact: risk.impact, factors: risk.factors },
    explanation: explain(finding, context),
    deadlines: deadlines.map(({ rule, due }, index) => ({
      rule,
      due: due ?? null,
      decides: index === 0,
    })),
    exception: exception ?? null,
  };
}
