import type { Finding } from '../../domain/finding.ts';
import { type GraphView, labelOf, type PackageGroup } from './graph-view.ts';

/** A vulnerable package version with all that is wrong with it: closed as one. */
export interface Hole {
  readonly label: string;
  readonly name: string;
  readonly version: string;
  /** Registry copies, bundled copies and copies from elsewhere each need their own remedy. */
  readonly groups: readonly PackageGroup[];
  readonly findings: readonly Finding[];
  /** A finding is exploited in the wild and reachable: the cooldown may be bypassed. */
  readonly urgent: boolean;
}

/** Findings of this lockfile by package version, most risk first, without those a person accepted. */
export function holesOf(view: GraphView, findings: readonly Finding[]): readonly Hole[] {
  const byLabel = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.suppression !== undefined) continue;
    const label = labelOf(finding.component.name, finding.component.version);
    byLabel.set(label, [...(byLabel.get(label) ?? []), finding]);
  }
  const holes: Hole[] = [];
  for (const [label, own] of byLabel) {
    const [first] = own;
    if (first === undefined) continue;
    const { name, version } = first.component;
    const groups = (view.byName.get(name) ?? []).filter((group) => group.version === version);
    if (groups.length === 0) continue;
    const urgent = own.some(
      ({ advisory, reachability }) =>
        advisory.threat.kev !== undefined && reachability.status === 'reachable',
    );
    holes.push({ label, name, version, groups, findings: own, urgent });
  }
  const risk = (hole: Hole) => hole.findings.reduce((sum, finding) => sum + finding.risk.score, 0);
  return holes.toSorted((a, b) => risk(b) - risk(a) || (a.label < b.label ? -1 : 1));
}
