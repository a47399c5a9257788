import type { Principal } from '../domain/access.ts';
import type { DecisionDraft } from '../domain/decision.ts';
import type { Store } from '../store/database.ts';
import { recordDecision } from '../store/decisions.ts';
import type { ApiDependencies } from './dependencies.ts';

/** The person behind a request, as the log has it. */
function personOf(asker: Principal) {
  return { type: 'person', userId: asker.userId, name: asker.name } as const;
}

/** What recording a decision needs beside it. */
export async function recordOptions({
  clock,
  signingKey,
}: Pick<ApiDependencies, 'clock' | 'signingKey'>) {
  return { now: clock.now(), sign: await signingKey() };
}

/** Writes down that a person changed what people or the machinery may do. */
export async function recordByPerson(
  db: Store,
  dependencies: Pick<ApiDependencies, 'clock' | 'signingKey' | 'version'>,
  asker: Principal,
  draft: Pick<DecisionDraft, 'kind' | 'subject' | 'outcome' | 'because' | 'key'> & {
    readonly inputs?: DecisionDraft['inputs'];
  },
): Promise<void> {
  await recordDecision(
    db,
    {
      factors: [],
      alternatives: [{ outcome: 'unchanged', why: `${asker.name} wanted it otherwise` }],
      versions: { suture: dependencies.version },
      ...draft,
      inputs: { ...draft.inputs, via: asker.via },
      actor: personOf(asker),
    },
    await recordOptions(dependencies),
  );
}
