import { useEffect, useRef, useState } from 'react';
import type { ChartOption, EChartsType } from './echarts.ts';
import { type Palette, readPalette } from './palette.ts';
import { useIsDark } from './theme.ts';

const still = window.matchMedia('(prefers-reduced-motion: reduce)');

interface ChartProps {
  /** What the chart says, for those who do not see it. */
  readonly label: string;
  readonly height: string;
  /** Keep it stable (`useCallback`): a new one draws anew. */
  readonly option: (palette: Palette) => ChartOption;
  /** Told the name of the data item that was pressed. */
  readonly onPick?: (id: string) => void;
}

/** Draws with ECharts, which is loaded when the first chart is shown. Give a list or table, too. */
export function Chart({ label, height, option, onPick }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<EChartsType>();
  const dark = useIsDark();
  const pick = useRef(onPick);
  useEffect(() => {
    pick.current = onPick;
  });

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    let made: EChartsType | undefined;
    let left = false;
    const resize = new ResizeObserver(() => made?.resize());
    void import('./echarts.ts').then(({ init }) => {
      if (left) return undefined;
      made = init(element);
      made.on('click', (event) => {
        const { id } = (event.data ?? {}) as { id?: unknown };
        if (typeof id === 'string') pick.current?.(id);
      });
      resize.observe(element);
      setChart(made);
      return undefined;
    });
    return () => {
      left = true;
      resize.disconnect();
      made?.dispose();
      setChart(undefined);
    };
  }, []);

  useEffect(() => {
    chart?.setOption({ animation: !still.matches, ...option(readPalette()) }, true);
    // The theme changes what the palette reads.
  }, [chart, option, dark]);

  return <div ref={box} role="img" aria-label={label} style={{ height }} />;
}
