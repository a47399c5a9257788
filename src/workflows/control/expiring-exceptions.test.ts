import { expect, it } from 'vitest';
import { testStore } from '../../../test/support/database.ts';
import { requestException } from '../../store/exceptions.ts';
import type { Control } from './control.ts';
import { warnOfExpiringExceptions } from './expiring-exceptions.ts';

const now = new Date('2026-11-02T08:00:00.000Z');
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000).toISOString();

it('tells the owner of what ends within a week, once', async () => {
  await using tested = await testStore();
  const { store } = tested;
  const person = await store
    .insertInto('user_account')
    .values({ issuer: 'local', subject: 'ann', name: 'Ann', email: 'ann@example.org' })
    .returning(['id', 'name'])
    .executeTakeFirstOrThrow();
  await store
    .insertInto('channel')
    .values({ name: 'mail', kind: 'email', address: 'smtp://mail.example' })
    .execute();
  for (const [advisoryId, days] of [
    ['CVE-2026-0001', 6],
    ['CVE-2026-0002', 8],
  ] as const) {
    await requestException(
      store,
      {
        kind: 'accepted',
        advisoryId,
        reason: 'Nothing calls it from outside',
        expiresAt: inDays(days),
      },
      person,
      { now, policy: { maximumDays: 90, approval: false }, policyVersion: 1 },
    );
  }
  const control = { store, services: { clock: { now: () => now } } } as unknown as Control;
  await warnOfExpiringExceptions(control);
  await warnOfExpiringExceptions(control);
  const told = await store
    .selectFrom('notification')
    .select(['kind', 'recipients', 'title'])
    .execute();
  expect(told).toEqual([
    {
      kind: 'exception-expiring',
      recipients: [person.id],
      title: 'The exception for CVE-2026-0001 ends on 2026-11-08',
    },
  ]);
});
