import { announce } from '../../store/live-events.ts';
import { type RemediationStage, setStage } from '../../store/remediations.ts';
import type { Control } from './control.ts';

/** What the pipeline says of its progress, as the stage people see. */
const STAGES: readonly (readonly [RegExp, RemediationStage])[] = [
  [/^(?:Reading|Matching|Following)/, 'assess'],
  [/^Planning/, 'plan'],
  [/^Patching/, 'patch'],
  [/^(?:Verifying|Running|Sandbox)/, 'verify'],
];

/** Shows on the run where the pipeline is. A report that cannot be written is not missed. */
export class StageReport implements AsyncDisposable {
  readonly #control: Control;
  readonly #id: string;
  #stage: RemediationStage = 'assess';
  #last: Promise<void> = Promise.resolve();

  constructor(control: Control, id: string) {
    this.#control = control;
    this.#id = id;
  }

  readonly progress = (message: string): void => {
    const stage = STAGES.find(([says]) => says.test(message))?.[1];
    if (stage === undefined || stage === this.#stage) return;
    this.#stage = stage;
    this.#last = this.#last.then(() => this.#write(stage));
  };

  async #write(stage: RemediationStage): Promise<void> {
    try {
      await setStage(this.#control.store, this.#id, stage);
      await announce(this.#control.store, 'remediation', this.#id);
    } catch (error) {
      this.#control.log.debug({ err: error, remediation: this.#id }, 'stage not shown');
    }
  }

  /** Nothing is written after this. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last;
  }
}
