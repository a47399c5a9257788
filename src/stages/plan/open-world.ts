import type { Policy } from '../../domain/configuration.ts';
import type { DependencyGraph } from '../../domain/dependency-graph.ts';
import type { Finding } from '../../domain/finding.ts';
import type { RejectedOption } from '../../domain/remedy.ts';
import type { AdvisoryIndex } from '../../ports/advisory-index.ts';
import type { Ecosystem } from '../../ports/ecosystem.ts';
import type { PackageRegistry } from '../../ports/package-registry.ts';
import type { SourceTree } from '../../ports/source-tree.ts';
import { viewGraph } from './graph-view.ts';
import { KnownVulnerabilities } from './known-vulnerabilities.ts';
import { nodeFloor } from './node-floor.ts';
import { Packuments } from './packuments.ts';
import type { World } from './world.ts';

/** What `plan` is asked. */
export interface PlanRequest {
  readonly graph: DependencyGraph;
  /** All findings of the asset; those that are not in this graph are left out. */
  readonly findings: readonly Finding[];
  readonly registry: PackageRegistry;
  readonly index: AdvisoryIndex;
  readonly ecosystem: Ecosystem;
  readonly policy: Policy;
  readonly tree: SourceTree;
  readonly now: Date;
  /** What earlier attempts have shown not to work: never proposed again. */
  readonly rejected: readonly RejectedOption[];
  /** Packages that a person asked to leave alone. */
  readonly avoid?: readonly string[];
}

/** Makes the values that all of planning shares; findings a person accepted are left out. */
export async function openWorld(request: PlanRequest): Promise<World> {
  const { graph, registry, index, ecosystem, policy, tree, now, rejected } = request;
  const view = viewGraph(graph);
  const here = request.findings.filter(({ component }) =>
    (view.byName.get(component.name) ?? []).some(({ version }) => version === component.version),
  );
  const directory = graph.file.includes('/')
    ? graph.file.slice(0, graph.file.lastIndexOf('/'))
    : '';
  return {
    view,
    findings: here.filter(({ suppression }) => suppression === undefined),
    packuments: new Packuments(registry, (a, b) => ecosystem.compare(a, b)),
    registry,
    vulnerabilities: new KnownVulnerabilities(index, ecosystem),
    ecosystem,
    policy,
    now,
    rejected,
    avoid: new Set(request.avoid),
    floor: await nodeFloor(tree, directory),
    admissions: new Map(),
    picks: new Map(),
  };
}
