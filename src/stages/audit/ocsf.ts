import type { Decision } from '../../domain/decision.ts';
import { accountChange } from './ocsf-account.ts';
import { entityManagement } from './ocsf-entity.ts';
import { event, type OcsfEvent, type OcsfTool } from './ocsf-event.ts';
import { remediationActivity } from './ocsf-remediation.ts';
import { vulnerabilityFinding } from './ocsf-vulnerability.ts';

/**
 * A decision as an event of the Open Cybersecurity Schema Framework, version 1.5.0
 * (schema.ocsf.io/1.5.0):
 *
 * | decision | class |
 * |---|---|
 * | about a change | Remediation Activity (7001) |
 * | about a finding whose advisory it names | Vulnerability Finding (2002) |
 * | access of people | Account Change (3001) |
 * | policy, pause, feedback and the rest | Entity Management (3004) |
 *
 * The whole decision with its hashes is in `unmapped`.
 */
export function ocsfEvent(decision: Decision, tool: OcsfTool): OcsfEvent {
  if (decision.kind === 'access' && decision.subject.type === 'user') {
    return event(decision, tool, accountChange(decision));
  }
  if (decision.subject.type === 'change') {
    return event(decision, tool, remediationActivity(decision));
  }
  const vulnerability = vulnerabilityFinding(decision);
  return event(decision, tool, vulnerability ?? entityManagement(decision));
}
