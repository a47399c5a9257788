/** What a person or token may do; each role may do its own and nothing else, `admin` all. */
export type Role = 'viewer' | 'operator' | 'approver' | 'auditor' | 'admin';

export const ROLES: readonly Role[] = ['viewer', 'operator', 'approver', 'auditor', 'admin'];

/**
 * - `read`: findings, changes, assets, policy, runs
 * - `operate`: register assets, scan, start and cancel runs, pause
 * - `approve`: vote on changes, accept findings, say that a decision was wrong
 * - `audit`: the decision log with its export, users and tokens of others, read only
 * - `administer`: policy, users, tokens of others, channels
 */
export type Permission = 'read' | 'operate' | 'approve' | 'audit' | 'administer';

export const PERMISSIONS_OF: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ['read'],
  operator: ['read', 'operate'],
  approver: ['read', 'approve'],
  auditor: ['read', 'audit'],
  admin: ['read', 'operate', 'approve', 'audit', 'administer'],
};

/** Who is asking, as the API has established it. */
export interface Principal {
  readonly userId: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** Narrower than the roles where a token says so. */
  readonly permissions: readonly Permission[];
  readonly via: 'session' | 'token';
}

export function permissionsOf(roles: readonly Role[]): readonly Permission[] {
  return [...new Set(roles.flatMap((role) => PERMISSIONS_OF[role]))];
}
