import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import type { Schemas } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { formatNumber, plural, sentence } from '../../ui/format.ts';
import { InlineSelect } from '../../ui/inline-select.tsx';
import { Card } from '../../ui/page.tsx';
import { ProblemNote } from '../../ui/problem.tsx';
import { formatDay } from '../../ui/time.tsx';

type Simulation = Schemas['PolicySimulation'];

const DAYS = [7, 30, 90, 365] as const;

/** Least permissive first, as one reads what happens by itself. */
const OUTCOMES = ['withhold', 'observe', 'suggest', 'approve', 'auto'];

/** Differing cases that are drawn before somebody asks for more. */
const SHOWN = 50;

function Difference({ from, to }: { from: number; to: number }) {
  if (from === to) return <span className="faint">same</span>;
  const by = formatNumber(Math.abs(to - from));
  return <strong>{to > from ? `+${by}` : `−${by}`}</strong>;
}

function Counts({ simulation }: { simulation: Simulation }) {
  const { inForce, proposed, approvalsInForce, approvalsProposed } = simulation;
  const names = [...new Set([...Object.keys(inForce), ...Object.keys(proposed)])].sort(
    (a, b) => OUTCOMES.indexOf(a) - OUTCOMES.indexOf(b),
  );
  const rows = [
    ...names.map((name) => ({
      name: sentence(name),
      from: inForce[name] ?? 0,
      to: proposed[name] ?? 0,
    })),
    { name: 'Answers asked of people', from: approvalsInForce, to: approvalsProposed },
  ];
  return (
    <table className="table bare">
      <thead>
        <tr>
          <th scope="col">Outcome</th>
          <th scope="col" className="number">
            In force
          </th>
          <th scope="col" className="number">
            This one
          </th>
          <th scope="col" className="number">
            Difference
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, from, to }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td className="number soft">{formatNumber(from)}</td>
            <td className="number">{formatNumber(to)}</td>
            <td className="number">
              <Difference from={from} to={to} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Differing({ differences }: { differences: Simulation['differences'] }) {
  const [limit, setLimit] = useState(SHOWN);
  return (
    <Card title="Decided differently" flush aside={plural(differences.length, 'change')}>
      {differences.length === 0 && (
        <p className="soft card-words">Every change would have been decided the same.</p>
      )}
      {differences.length > 0 && (
        <div className="scroll-x">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Change</th>
                <th scope="col">In force</th>
                <th scope="col">This one</th>
              </tr>
            </thead>
            <tbody>
              {differences.slice(0, limit).map(({ changeId, title, asset, inForce, proposed }) => (
                <tr key={changeId}>
                  <td>
                    <Link to="/changes/$changeId" params={{ changeId }}>
                      {title}
                    </Link>
                    <div className="soft small">{asset}</div>
                  </td>
                  {[inForce, proposed].map(({ outcome, rule, because }, side) => (
                    // oxlint-disable-next-line react/no-array-index-key -- two sides, fixed
                    <td key={side}>
                      <strong>{sentence(outcome)}</strong>{' '}
                      <span className="soft small">by “{rule}”</span>
                      <div className="soft small">{because}</div>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {differences.length > limit && (
        <div className="card-words">
          <Button compact onClick={() => setLimit(limit * 4)}>
            Show more
          </Button>
        </div>
      )}
    </Card>
  );
}

/** What the document would have decided about the last days, against the policy in force. */
export function SimulationPart({ document, valid }: { document: string; valid: boolean }) {
  const [days, setDays] = useState(30);
  const simulate = useMutation({
    mutationFn: () => unwrap(api.POST('/policy/simulate', { body: { document, days } })),
  });
  const result = simulate.data;
  return (
    <div className="stack" style={{ '--gap': 'var(--s5)' }}>
      <div className="row">
        <InlineSelect
          label="Time"
          value={String(days)}
          options={DAYS.map((value) => ({ value: String(value), label: `The last ${value} days` }))}
          change={(value) => setDays(Number(value))}
        />
        <Button
          look="primary"
          icon="play"
          busy={simulate.isPending}
          disabledBecause={valid ? undefined : 'The document has errors; mend them first'}
          onClick={() => simulate.mutate()}
        >
          Simulate
        </Button>
        <span className="soft">Nothing is changed by it.</span>
      </div>
      {simulate.error !== null && <ProblemNote error={simulate.error} />}
      {result === undefined && simulate.error === null && (
        <Empty icon="play" title="What would it have decided?">
          <p className="soft">
            Every change of those days is decided again by this document, and compared with the
            policy in force.
          </p>
        </Empty>
      )}
      {result !== undefined && (
        <div className="stack" style={{ '--gap': 'var(--s5)' }} role="status">
          <Card
            title={`${plural(result.changes, 'change')}${result.sampled ? ', a sample' : ''}`}
            aside={`${formatDay(result.from)} to ${formatDay(result.to)}`}
          >
            <div className="stack">
              <Counts simulation={result} />
              <p className="soft">
                Deadlines: {formatNumber(result.deadlinesMoved.earlier)} earlier,{' '}
                {formatNumber(result.deadlinesMoved.later)} later.
              </p>
              {result.assumptions.length > 0 && (
                <ul className="soft small" aria-label="What is assumed">
                  {result.assumptions.map((assumption) => (
                    <li key={assumption}>{assumption}</li>
                  ))}
                </ul>
              )}
            </div>
          </Card>
          <Differing differences={result.differences} />
        </div>
      )}
    </div>
  );
}
