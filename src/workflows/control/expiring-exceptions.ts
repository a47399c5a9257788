import { exceptionsExpiring } from '../../store/exceptions-read.ts';
import type { Control } from './control.ts';
import { tell } from './tell.ts';

const AHEAD_DAYS = 7;
const AT_ONCE = 200;
const DAY_MS = 86_400_000;

/** Tells who answers for an exception, once, that it ends within a week and its findings count again. */
export async function warnOfExpiringExceptions(control: Control): Promise<void> {
  const { store, services } = control;
  const now = services.clock.now();
  const range = {
    after: now.toISOString(),
    before: new Date(now.getTime() + AHEAD_DAYS * DAY_MS).toISOString(),
    limit: AT_ONCE,
  };
  for (const exception of await exceptionsExpiring(store, range)) {
    const about = exception.advisoryId ?? exception.findingId ?? '';
    await tell(control, store, {
      kind: 'exception-expiring',
      key: `exception-expiring:${exception.id}:${exception.expiresAt}`,
      recipients: [exception.owner.id],
      title: `The exception for ${about} ends on ${exception.expiresAt.slice(0, 10)}`,
      body: [exception.reason, 'After that its findings are open again, with their deadlines.'],
      link:
        exception.findingId === null
          ? '/exceptions?state=active'
          : `/findings/${exception.findingId}`,
      urgency: 'digest',
      ...(exception.assetId === null ? {} : { assetId: exception.assetId }),
    });
  }
}
