import { defaultApproval } from '../../../domain/control-policy.ts';
import type { ControlPolicyInput } from '../../configure/control-policy-schema.ts';
import type { DocumentReader } from './document-reader.ts';

type ApprovalInput = NonNullable<ControlPolicyInput['approval']>;

/** Approvals that nobody could ever give, and escalations that never come. */
export function checkPeople(input: ControlPolicyInput, reader: DocumentReader): void {
  const base = input.approval ?? {};
  if (input.approval !== undefined) checkApproval(base, {}, ['approval'], reader);
  for (const [index, { approval }] of (input.autonomy ?? []).entries()) {
    if (approval !== undefined) {
      checkApproval(approval, base, ['autonomy', index, 'approval'], reader);
    }
  }
}

function checkApproval(
  own: ApprovalInput,
  base: ApprovalInput,
  path: readonly PropertyKey[],
  reader: DocumentReader,
): void {
  const quorum = own.quorum ?? base.quorum ?? defaultApproval.quorum;
  const approvers = own.approvers ?? base.approvers ?? defaultApproval.approvers;
  const escalation = own.escalation ?? base.escalation ?? defaultApproval.escalation;
  const fourEyes = own.fourEyes ?? base.fourEyes ?? defaultApproval.fourEyes;
  const expires =
    own.expiresAfterHours ?? base.expiresAfterHours ?? defaultApproval.expiresAfterHours;
  const everybody = [...new Set([...approvers, ...escalation.flatMap(({ to }) => to)])];
  // Roles, groups and owners may be any number of people; users are counted.
  if (everybody.every((each) => each.startsWith('user:'))) {
    const asked = own.quorum === undefined ? path : [...path, 'quorum'];
    if (everybody.length < quorum) {
      reader.tell(asked, `asks ${quorum} people to agree, but names only ${everybody.length}`);
    } else if (fourEyes && everybody.length === quorum) {
      reader.tell(asked, 'cannot be reached when one of the named people asked for the change', {
        severity: 'warning',
        remedy: 'Name one person more, or a group.',
      });
    }
  }
  for (const [index, { afterHours }] of (own.escalation ?? []).entries()) {
    if (afterHours >= expires) {
      reader.tell(
        [...path, 'escalation', index, 'afterHours'],
        `is ${afterHours}, but the request expires after ${expires} hours`,
        { severity: 'warning' },
      );
    }
  }
}
