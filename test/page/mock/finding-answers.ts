import type { Finding } from './types.ts';
import type { World } from './world.ts';

type Query = URLSearchParams;

const CLOSED = new Set(['accepted', 'verified-closed', 'not-affected']);

function listed(query: Query, name: string, value: string): boolean {
  const wanted = query.get(name);
  return wanted === null || wanted.split(',').includes(value);
}

export function filteredFindings({ findings }: World, query: Query): Finding[] {
  const state = query.get('state');
  const text = query.get('text')?.toLowerCase();
  return findings.filter(
    (finding) =>
      listed(query, 'band', finding.band) &&
      listed(query, 'severity', finding.severity) &&
      listed(query, 'environment', finding.asset.environment) &&
      listed(query, 'reachability', finding.reachability) &&
      listed(query, 'asset', finding.asset.id) &&
      listed(query, 'package', finding.package) &&
      listed(query, 'kev', String(finding.kev)) &&
      listed(query, 'fixable', String(finding.fixedIn !== null)) &&
      (query.get('group') === null || query.get('group') === `npm:${finding.package}`) &&
      (query.get('dueBefore') === null ||
        (finding.due !== null && finding.due < query.get('dueBefore')!)) &&
      (state === null
        ? query.get('exposed') === 'false' || !CLOSED.has(finding.state)
        : state.split(',').includes(finding.state)) &&
      (text === undefined ||
        `${finding.package} ${finding.advisoryId} ${finding.summary}`.toLowerCase().includes(text)),
  );
}

function counted(findings: readonly Finding[], of: (finding: Finding) => string) {
  const counts: Record<string, { value: number; atLeast: boolean }> = {};
  for (const finding of findings) (counts[of(finding)] ??= { value: 0, atLeast: false }).value += 1;
  return counts;
}

/** Every facet is counted with its own filter left out, as people expect of it. */
export function facetsOf(world: World, query: Query) {
  const without = (name: string) => {
    const rest = new URLSearchParams(query);
    rest.delete(name);
    return filteredFindings(world, rest);
  };
  return {
    total: { value: filteredFindings(world, query).length, atLeast: false },
    facets: {
      state: counted(without('state'), ({ state }) => state),
      band: counted(without('band'), ({ band }) => band),
      severity: counted(without('severity'), ({ severity }) => severity),
      environment: counted(without('environment'), ({ asset }) => asset.environment),
      reachability: counted(without('reachability'), ({ reachability }) => reachability),
      kev: counted(without('kev'), ({ kev }) => String(kev)),
      fixable: counted(without('fixable'), ({ fixedIn }) => String(fixedIn !== null)),
    },
  };
}

export function groupsOf(world: World, query: Query) {
  const groups = new Map<string, Finding[]>();
  for (const finding of filteredFindings(world, query)) {
    const members = groups.get(finding.package) ?? [];
    members.push(finding);
    groups.set(finding.package, members);
  }
  return [...groups].map(([name, members]) => {
    const bands = { act: 0, attend: 0, track: 0 };
    for (const { band } of members) bands[band] += 1;
    return {
      group: `npm:${name}`,
      ecosystem: 'npm',
      package: name,
      target: members[0]!.fixedIn,
      findings: members.length,
      assets: new Set(members.map(({ asset }) => asset.id)).size,
      advisories: 1,
      topScore: Math.max(...members.map(({ score }) => score)),
      bands,
      due: members.flatMap(({ due }) => due ?? []).sort()[0] ?? null,
    };
  });
}

export function historyOf(finding: Finding) {
  const event = (
    at: string,
    name: string,
    from: Finding['state'] | null,
    to: Finding['state'],
    actor: string,
    because: string,
  ) => ({ at, event: name, from, to, actor, because, changeId: null, decisionSeq: null });
  return [
    event(
      finding.stateSince,
      'work-started',
      'open',
      'in-progress',
      'workflow',
      'a remediation took it up',
    ),
    event(finding.firstSeen, 'seen', null, 'open', 'scan', 'found by the scan of that day'),
  ];
}
