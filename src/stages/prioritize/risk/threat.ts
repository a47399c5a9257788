import type { PackageAdvisory } from '../../../domain/advisory.ts';
import type { RiskFactor } from '../../../domain/risk.ts';
import type { Threat } from '../../../domain/threat.ts';
import { factor } from './factor.ts';
import { SHARE_BESIDE_EPSS } from './intrinsic.ts';

/**
 * Attacks seen, in log-odds. A KEV listing lifts the average asset to about one in seventy within
 * 30 days: as far as the top of EPSS's scale does. What CISA's SSVC calls active is the same fact
 * with less paperwork behind it.
 */
const KEV = 6;
const RANSOMWARE = 0.5;
const ACTIVE = 4.5;
/** EPSS still tells known-exploited vulnerabilities apart, but much of it is that very knowledge. */
const EPSS_SHARE_BESIDE_EXPLOITED = 0.25;

/**
 * EPSS percentile to log-odds. Where exploitation concentrates like a power law, the share of it
 * that the top x of CVEs hold is x^c. EPSS v3's published operating point, 67.8 % coverage at 3.5 %
 * effort (Jacobs et al. 2023, arXiv 2302.14172), gives c = ln 0.678 / ln 0.035 = 0.116; the
 * relative hazard at percentile q is the derivative, c (1 − q)^(c − 1). Percentiles, because the
 * scores move with every model version.
 */
const CONCENTRATION = 0.116;
/** Above this the sample that EPSS is judged on is too thin to extrapolate. */
const TOP_PERCENTILE = 0.9995;
/** Puts EPSS's average on the measured base rate instead of on the average CVE's own log-odds. */
const EPSS_LEVEL = 0.59;

/**
 * SSVC's `poc` and counted public exploits. EPSS v1's regression gave published exploit code 1.5
 * (Jacobs et al. 2019); CISA's flag sits on 17 % of CVEs and asks less than an Exploit-DB entry, so
 * it gets a third. More of them add ever less.
 */
const POC = 0.5;
const PER_LOG_EXPLOIT = 0.25;
const MOST_EXPLOITS = 1.2;

/** A package that is malicious itself needs no attacker to find it. */
const MALICIOUS = 9;

/** CWE-506 (embedded malicious code), or a record of OSV's malicious-packages collection. */
export function isMalicious(advisory: Pick<PackageAdvisory, 'id' | 'aliases' | 'cwes'>): boolean {
  return (
    advisory.cwes.includes('CWE-506') ||
    [advisory.id, ...advisory.aliases].some((id) => id.startsWith('MAL-'))
  );
}

/** Share left to what EPSS has already read: everything without EPSS, a quarter with it. */
export function intrinsicShare(threat: Threat): number {
  return threat.epss === undefined ? 1 : SHARE_BESIDE_EPSS;
}

/** Evidence of attacks. The strongest kind counts in full, what repeats it counts less or not. */
export function threatFactors(
  advisory: Pick<PackageAdvisory, 'id' | 'aliases' | 'cwes'>,
  threat: Threat,
): readonly RiskFactor[] {
  const factors: RiskFactor[] = [];
  const add = (name: string, value: string, contribution: number, source: string) =>
    factors.push(factor('probability', name, value, contribution, source));
  const active = threat.ssvc?.exploitation === 'active';
  const exploited = threat.kev !== undefined || active;
  if (isMalicious(advisory)) {
    add('malicious-package', 'the package itself is the attack', MALICIOUS, 'advisory');
  }
  if (threat.kev !== undefined) {
    add('kev', `known exploited since ${threat.kev.dateAdded}`, KEV, 'CISA KEV');
    if (threat.kev.ransomware) {
      add('ransomware', 'used in ransomware campaigns', RANSOMWARE, 'CISA KEV');
    }
  }
  if (threat.epss !== undefined) {
    const { percentile, modelVersion, date } = threat.epss;
    const share = exploited ? EPSS_SHARE_BESIDE_EXPLOITED : 1;
    const source = `EPSS ${modelVersion} of ${date}`;
    add('epss', `percentile ${percentText(percentile)}`, epssLogOdds(percentile) * share, source);
  }
  addExploitCode(threat, exploited, add);
  return factors;
}

/** Log-odds of an EPSS percentile (0–1) against the average CVE. */
export function epssLogOdds(percentile: number): number {
  const q = Math.min(Math.max(percentile, 0), TOP_PERCENTILE);
  return Math.log(CONCENTRATION) - (1 - CONCENTRATION) * Math.log(1 - q) + EPSS_LEVEL;
}

function addExploitCode(
  threat: Threat,
  exploited: boolean,
  add: (name: string, value: string, contribution: number, source: string) => void,
): void {
  const share = exploited ? 0 : intrinsicShare(threat);
  const exploitation = threat.ssvc?.exploitation;
  const poc = exploitation === 'poc' ? POC : 0;
  if (exploitation === 'active') {
    add('ssvc-exploitation', 'active', threat.kev === undefined ? ACTIVE : 0, 'SSVC');
  } else if (exploitation !== undefined) {
    add('ssvc-exploitation', exploitation, poc * share, 'SSVC');
  }
  const count = threat.publicExploits;
  if (count === undefined) return;
  const worth = count < 1 ? 0 : Math.min(MOST_EXPLOITS, POC + PER_LOG_EXPLOIT * Math.log(count));
  // Beside `poc` only what goes beyond it is news.
  add('public-exploits', String(count), Math.max(0, worth - poc) * share, 'public exploit count');
}

function percentText(percentile: number): string {
  return (Math.floor(percentile * 1000) / 10).toFixed(1);
}
