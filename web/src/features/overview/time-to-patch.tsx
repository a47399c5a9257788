import type { Schemas } from '../../api/types.ts';
import { formatHours, formatNumber, sentence } from '../../ui/format.ts';
import { Card } from '../../ui/page.tsx';
import { formatShortDay } from '../../ui/time.tsx';
import { BANDS } from '../words.ts';

type TimeToPatchFigures = Schemas['Overview']['timeToPatch'];

function Weeks({ weekly }: { weekly: TimeToPatchFigures['weekly'] }) {
  const longest = Math.max(1, ...weekly.map(({ median }) => median ?? 0));
  return (
    <figure>
      <ol className="bars" aria-label="Median by week">
        {weekly.map(({ week, median, closed }) => (
          <li
            key={week}
            style={{ '--share': (median ?? 0) / longest }}
            title={`Week of ${formatShortDay(week)}: ${formatHours(median)}, ${formatNumber(closed)} closed`}
          >
            <span className="visually-hidden">
              Week of {formatShortDay(week)}: {formatHours(median)}
            </span>
          </li>
        ))}
      </ol>
      <figcaption className="faint small">Median by week, all bands</figcaption>
    </figure>
  );
}

/** From first seen to verified closed: how long it takes here. */
export function TimeToPatch({ figures }: { figures: TimeToPatchFigures }) {
  return (
    <Card title="Time to patch" aside="first seen to verified closed">
      <div className="stack">
        <table className="table bare">
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">Band</span>
              </th>
              <th scope="col" className="number">
                Median
              </th>
              <th scope="col" className="number">
                90 % within
              </th>
              <th scope="col" className="number">
                Closed
              </th>
            </tr>
          </thead>
          <tbody>
            {BANDS.map((band) => (
              <tr key={band}>
                <th scope="row">
                  <span className={`swatch ${band}`} aria-hidden="true" /> {sentence(band)}
                </th>
                <td className="number strong">{formatHours(figures[band].median)}</td>
                <td className="number soft">{formatHours(figures[band].p90)}</td>
                <td className="number soft">{formatNumber(figures[band].closed)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {figures.weekly.length > 1 && <Weeks weekly={figures.weekly} />}
      </div>
    </Card>
  );
}
