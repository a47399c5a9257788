/** What is used of ECharts, and no more; its own chunk, loaded when a chart is shown. */

import type { GraphSeriesOption, LineSeriesOption } from 'echarts/charts';
import { GraphChart, LineChart } from 'echarts/charts';
import type { GridComponentOption, TooltipComponentOption } from 'echarts/components';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { type ComposeOption, type EChartsType, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([LineChart, GraphChart, GridComponent, TooltipComponent, CanvasRenderer]);

export type ChartOption = ComposeOption<
  LineSeriesOption | GraphSeriesOption | GridComponentOption | TooltipComponentOption
>;
export type { EChartsType };
export { init };
