import type { Notifier } from '../../ports/notifier.ts';
import { emailNotifier } from './email.ts';
import type { NotifierOptions } from './shared/hook.ts';
import { slackNotifier } from './slack.ts';
import { teamsNotifier } from './teams.ts';
import { webhookNotifier } from './webhook.ts';

export type { NotifierOptions } from './shared/hook.ts';

/** Sorted; a test compares the list with the folder. */
export function notifiers(options: NotifierOptions): readonly Notifier[] {
  return [
    emailNotifier(options),
    slackNotifier(options),
    teamsNotifier(options),
    webhookNotifier(options),
  ];
}
