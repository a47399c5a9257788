import type { Decision, DecisionActor } from '../../domain/decision.ts';

export interface OcsfTool {
  readonly name: string;
  readonly version: string;
}

/** What a class adds to what all events have. */
export interface OcsfClass {
  readonly categoryUid: number;
  readonly categoryName: string;
  readonly classUid: number;
  readonly className: string;
  readonly activityId: number;
  readonly activityName: string;
  readonly statusId?: number;
  readonly status?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export type OcsfEvent = Readonly<Record<string, unknown>>;

const OCSF_VERSION = '1.5.0';

/** The attributes of the base event, and those of the class. */
export function event(decision: Decision, tool: OcsfTool, of: OcsfClass): OcsfEvent {
  return {
    category_uid: of.categoryUid,
    category_name: of.categoryName,
    class_uid: of.classUid,
    class_name: of.className,
    activity_id: of.activityId,
    activity_name: of.activityName,
    type_uid: of.classUid * 100 + of.activityId,
    type_name: `${of.className}: ${of.activityName}`,
    time: Date.parse(decision.at),
    severity_id: 1,
    severity: 'Informational',
    ...(of.statusId === undefined ? {} : { status_id: of.statusId, status: of.status }),
    message: decision.because,
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'Suture', vendor_name: 'Suture', version: tool.version },
      uid: decision.hash,
      sequence: decision.seq,
      event_code: `${decision.kind}:${decision.outcome}`,
      correlation_uid: `${decision.subject.type}:${decision.subject.id}`,
      log_name: 'decisions',
    },
    ...of.attributes,
    unmapped: decision,
  };
}

/** The object Actor: a person, or the program acting by policy or model. */
export function actorOf(actor: DecisionActor): Readonly<Record<string, unknown>> {
  switch (actor.type) {
    case 'person':
      return { user: userOf(actor.userId, actor.name) };
    case 'policy':
      return { app_name: 'Suture policy', app_uid: `policy-${actor.version}` };
    case 'model':
      return { app_name: actor.name, app_uid: `${actor.name}-${actor.version}` };
  }
}

export function userOf(id: string, name?: string): Readonly<Record<string, unknown>> {
  return { uid: id, ...(name === undefined ? {} : { name }), type_id: 1, type: 'User' };
}
