import type { Schemas } from '../../api/types.ts';
import { formatDuration, formatNumber, sentence } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';

type Run = Schemas['ProjectRun'];
type Command = Schemas['CommandResult'];

/** `quiet` is for what was so before: it is no news. */
function Outcome({
  good,
  quiet = false,
  children,
}: {
  good: boolean;
  quiet?: boolean;
  children: string;
}) {
  const tone = quiet ? 'soft' : good ? 'good' : 'act';
  return (
    <span className={`outcome ${tone}`}>
      <Icon name={good ? 'check' : 'close'} />
      {children}
    </span>
  );
}

function Output({ command: { outputTail } }: { command: Command }) {
  if (outputTail.trim() === '') return null;
  return (
    <details className="output">
      <summary>Output</summary>
      <pre className="code wrapped" tabIndex={0}>
        {outputTail}
      </pre>
    </details>
  );
}

function failedTo(command: Command | undefined): boolean {
  return command !== undefined && (command.exitCode !== 0 || command.timedOut);
}

function CommandCell({
  command,
  asBefore = false,
  quiet = false,
}: {
  quiet?: boolean;
  command: Command | undefined;
  /** It failed without the change, too: no reason to worry about the change. */
  asBefore?: boolean;
}) {
  if (command === undefined) return <span className="faint">not run</span>;
  const good = !failedTo(command);
  const words = command.timedOut
    ? 'timed out'
    : good
      ? 'passed'
      : `failed with ${command.exitCode ?? 'a signal'}`;
  return (
    <>
      {asBefore && !good ? (
        <span className="soft">{words}, as before</span>
      ) : (
        <Outcome good={good} quiet={quiet}>
          {words}
        </Outcome>
      )}{' '}
      <span className="faint small">{formatDuration(command.durationMs)}</span>
      <Output command={command} />
    </>
  );
}

function TestCounts({ run }: { run: Run | null }) {
  if (run === null) return <span className="faint">not run</span>;
  const { passed, failed, skipped } = run.tests;
  return (
    <>
      {formatNumber(passed)} passed
      {failed > 0 && <span className="act">, {formatNumber(failed)} failed</span>}
      {skipped > 0 && <span className="faint">, {formatNumber(skipped)} skipped</span>}
    </>
  );
}

/** A step that tries an exploit; it has a row of its own, as its success is bad news. */
const EXPLOIT_STEP = 'exploit:';

/** Steps of both runs but exploits, in the order of the one after. */
function stepsOf(before: Run | null, after: Run): readonly string[] {
  const all = [...after.commands, ...(before?.commands ?? [])].map(({ step }) => step);
  return [...new Set(all)].filter((step) => !step.startsWith(EXPLOIT_STEP));
}

function ExploitCell({
  outcome,
  run,
  name,
  quiet = false,
}: {
  outcome: string;
  run: Run | null;
  name: string;
  quiet?: boolean;
}) {
  const command = run?.commands.find(({ step }) => step === EXPLOIT_STEP + name);
  return (
    <>
      <Outcome good={outcome === 'fails'} quiet={quiet}>
        {outcome}
      </Outcome>
      {command !== undefined && <Output command={command} />}
    </>
  );
}

/** Each check on the copy without the change beside the same on the one with it. */
export function Versus({ verification }: { verification: Schemas['Change']['verification'] }) {
  const { before, after, exploits } = verification;
  return (
    <div className="scroll-x">
      <table className="table bare versus">
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">Check</span>
            </th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {stepsOf(before, after).map((step) => {
            const after_ = after.commands.find((command) => command.step === step);
            const before_ = before?.commands.find((command) => command.step === step);
            const argv = (after_ ?? before_)?.argv.join(' ');
            return (
              <tr key={step}>
                <th scope="row" title={argv}>
                  {sentence(step)}
                </th>
                <td>
                  <CommandCell command={before_} quiet />
                </td>
                <td>
                  <CommandCell command={after_} asBefore={failedTo(before_)} />
                </td>
              </tr>
            );
          })}
          <tr>
            <th scope="row">Tests</th>
            <td>
              <TestCounts run={before} />
            </td>
            <td>
              <TestCounts run={after} />
            </td>
          </tr>
          {exploits.map(({ name, before: was, after: is }) => (
            <tr key={name}>
              <th scope="row">
                Exploit <span className="wrap-anywhere">{name}</span>
              </th>
              <td>
                <ExploitCell outcome={was} run={before} name={name} quiet />
              </td>
              <td>
                <ExploitCell outcome={is} run={after} name={name} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
