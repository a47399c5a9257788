import { useCallback, useState } from 'react';
import type { Schemas } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Chart } from '../../ui/chart.tsx';
import type { ChartOption } from '../../ui/echarts.ts';
import { Empty } from '../../ui/empty.tsx';
import { formatNumber, sentence } from '../../ui/format.ts';
import { Card } from '../../ui/page.tsx';
import type { Palette } from '../../ui/palette.ts';
import { formatDay, formatShortDay } from '../../ui/time.tsx';

type Day = Schemas['Overview']['exposure'][number];

// From the bottom up: what is loudest stands on the ground, where its height can be read.
const ORDER = ['act', 'attend', 'track'] as const;

function chartOf(days: readonly Day[], palette: Palette): ChartOption {
  return {
    grid: { left: 4, right: 8, top: 12, bottom: 4, containLabel: true },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.text, fontSize: 12 },
      axisPointer: { lineStyle: { color: palette.lineStrong } },
    },
    xAxis: {
      type: 'category',
      boundaryGap: false,
      data: days.map(({ day }) => formatShortDay(day)),
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: { color: palette.soft, hideOverlap: true, interval: Math.ceil(days.length / 8) },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      splitNumber: 4,
      splitLine: { lineStyle: { color: palette.line } },
      axisLabel: { color: palette.soft },
    },
    series: ORDER.map((band) => ({
      name: sentence(band),
      type: 'line',
      stack: 'exposure',
      symbol: 'none',
      lineStyle: { width: 1, color: palette[band] },
      itemStyle: { color: palette[band] },
      areaStyle: { color: palette[band], opacity: 0.85 },
      data: days.map((day) => day[band]),
    })),
  };
}

function ExposureTable({ days }: { days: readonly Day[] }) {
  return (
    <div className="chart-table" tabIndex={0} role="region" aria-label="Exposure by day">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Day</th>
            {[...ORDER.map(sentence), 'New', 'Closed'].map((name) => (
              <th key={name} scope="col" className="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map((day) => (
            <tr key={day.day}>
              <td>
                <time dateTime={day.day}>{formatDay(day.day)}</time>
              </td>
              {[day.act, day.attend, day.track, day.opened, day.closed].map((value, column) => (
                // oxlint-disable-next-line react/no-array-index-key -- the columns are fixed
                <td key={column} className="number">
                  {formatNumber(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Whether it gets better: open findings by band over time, as areas or as a table. */
export function Exposure({ days }: { days: readonly Day[] }) {
  const [asTable, setAsTable] = useState(false);
  const option = useCallback((palette: Palette) => chartOf(days, palette), [days]);
  const first = days[0];
  const last = days.at(-1);
  const summary =
    first === undefined || last === undefined
      ? ''
      : `Open findings from ${formatDay(first.day)} to ${formatDay(last.day)}: to act on from ` +
        `${first.act} to ${last.act}, to attend to from ${first.attend} to ${last.attend}, ` +
        `to track from ${first.track} to ${last.track}.`;
  return (
    <Card
      title="Exposure"
      aside={
        <div className="row">
          {ORDER.map((band) => (
            <span key={band} className="legend">
              <span className={`swatch ${band}`} aria-hidden="true" />
              {sentence(band)}
            </span>
          ))}
          <Button look="quiet" compact onClick={() => setAsTable(!asTable)} aria-pressed={asTable}>
            Table
          </Button>
        </div>
      }
    >
      {days.length < 2 && (
        <Empty icon="clock" title="Tomorrow there is a line here">
          <p className="soft">Exposure is written down once a day.</p>
        </Empty>
      )}
      {days.length >= 2 &&
        (asTable ? (
          <ExposureTable days={days} />
        ) : (
          <Chart label={summary} height="17rem" option={option} />
        ))}
    </Card>
  );
}
