import type { Permission, Role } from '../../api/types.ts';

export const ROLES = [
  'viewer',
  'operator',
  'approver',
  'auditor',
  'admin',
] as const satisfies readonly Role[];

/** What each role is for. */
export const ROLE_MEANS: Readonly<Record<Role, string>> = {
  viewer: 'Sees everything but the log’s export and settings of others; changes nothing',
  operator: 'Registers assets, scans, starts and stops work, pauses',
  approver: 'Answers for changes, accepts findings, reviews policy',
  auditor: 'Verifies and exports the log, sees who may do what',
  admin: 'All of this, and policy, people and channels',
};

export const PERMISSIONS = [
  'read',
  'operate',
  'approve',
  'audit',
  'administer',
] as const satisfies readonly Permission[];

export const PERMISSION_MEANS: Readonly<Record<Permission, string>> = {
  read: 'See findings, changes, assets, policy and runs',
  operate: 'Register assets, scan, start and stop work, pause',
  approve: 'Answer for changes, accept findings, review policy',
  audit: 'Export the log, see people and what they may do',
  administer: 'Change policy, people and channels',
};

/** Which roles give a permission, as people say it. */
export const GIVEN_BY: Readonly<Record<Permission, string>> = {
  read: 'any role',
  operate: 'the role operator or admin',
  approve: 'the role approver or admin',
  audit: 'the role auditor or admin',
  administer: 'the role admin',
};
