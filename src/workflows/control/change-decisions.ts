import type { DecisionDraft } from '../../domain/decision.ts';
import type { ChangeOverride } from '../../store/changes.ts';
import type { Case } from './decided.ts';

/** What policy decided about a change, for the log. */
export function changeDecision(one: Case): DecisionDraft {
  const { change, asset, verdict, inForce } = one;
  return {
    kind: 'change',
    subject: { type: 'change', id: change.id },
    assetId: asset.id,
    outcome: verdict.outcome,
    because: verdict.because,
    actor: { type: 'policy', version: inForce.version },
    rule: verdict.rule,
    inputs: inputsOf(one),
    factors: verdict.factors,
    alternatives: verdict.alternatives,
    versions: versionsOf(one),
    key: `change:${change.id}:policy:${inForce.version}`,
  };
}

/** What a person decided instead, for the log. */
export function overrideDecision(one: Case, override: ChangeOverride): DecisionDraft {
  const { change, asset, verdict, inForce } = one;
  return {
    kind: 'override',
    subject: { type: 'change', id: change.id },
    assetId: asset.id,
    outcome: override.outcome,
    because: override.reason,
    actor: { type: 'person', userId: override.by, name: override.byName },
    inputs: inputsOf(one),
    factors: [],
    alternatives: [
      {
        outcome: verdict.outcome,
        why: `version ${inForce.version} of the policy: ${verdict.because}`,
      },
    ],
    versions: versionsOf(one),
    key: `override:${change.id}:${override.at}`,
  };
}

function inputsOf({ change, asset, context }: Case): DecisionDraft['inputs'] {
  const { confidence, verification, remedies, riskRemoved } = change.detail;
  return {
    asset: { id: asset.id, name: asset.name, kind: asset.kind },
    context: Object.fromEntries(
      Object.entries(context).map(([field, { value, source }]) => [field, { value, source }]),
    ),
    change: {
      title: change.title,
      baseCommit: change.baseCommit,
      commit: change.commit,
      verdict: verification.verdict,
      confidence: confidence.value,
      interval: [...confidence.interval],
      riskRemoved,
      remedies: remedies.map(({ kind, package: name, from, to }) => ({
        kind,
        package: name,
        from,
        to: to ?? null,
      })),
    },
    findings: change.closing.map(({ id, advisory, risk }) => ({
      id,
      advisory: advisory.id,
      score: risk.score,
      band: risk.band,
      due: risk.deadline?.due ?? null,
    })),
  };
}

function versionsOf({ control, change, inForce }: Case): DecisionDraft['versions'] {
  return {
    suture: control.services.tool.version,
    policy: String(inForce.version),
    confidence: change.detail.confidence.model,
  };
}
