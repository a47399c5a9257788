/**
 * CISA Binding Operational Directive 26-04 of 10 June 2026 as decision table, version 1.0.0, from
 * CERT/CC's SSVC repository (`data/json/decision_tables/cisa/cisa_bod_26_04_1_0_0.json`). Binding
 * for US federal civilian agencies; a good default elsewhere.
 */
export interface BodCase {
  readonly kev: boolean;
  readonly exposed: boolean;
  readonly automatable: boolean;
  readonly total: boolean;
}

export interface BodOutcome {
  /** Days to remediate; absent: with the next scheduled upgrade. */
  readonly days?: number;
  /** Also find out whether the asset has been broken into. */
  readonly forensicTriage: boolean;
}

const UPGRADE: BodOutcome = { forensicTriage: false };
const SIXTY: BodOutcome = { days: 60, forensicTriage: false };
const FOURTEEN: BodOutcome = { days: 14, forensicTriage: false };
const THREE: BodOutcome = { days: 3, forensicTriage: false };
const TRIAGE: BodOutcome = { days: 3, forensicTriage: true };

/** Key: KEV, exposed, automatable as Y or N; technical impact as T(otal) or P(artial). */
const TABLE: Readonly<Record<string, BodOutcome>> = {
  NNNP: UPGRADE,
  NNNT: UPGRADE,
  NNYP: SIXTY,
  NNYT: SIXTY,
  NYNP: SIXTY,
  NYNT: FOURTEEN,
  NYYP: FOURTEEN,
  NYYT: THREE,
  YNNP: FOURTEEN,
  YNNT: FOURTEEN,
  YNYP: FOURTEEN,
  YNYT: TRIAGE,
  YYNP: FOURTEEN,
  YYNT: TRIAGE,
  YYYP: THREE,
  YYYT: TRIAGE,
};

/** The directive's answer for a case. */
export function bodOutcome({ kev, exposed, automatable, total }: BodCase): BodOutcome {
  const letter = (yes: boolean) => (yes ? 'Y' : 'N');
  const key = `${letter(kev)}${letter(exposed)}${letter(automatable)}${total ? 'T' : 'P'}`;
  return TABLE[key] ?? UPGRADE;
}
