import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import type { operations } from '../../api/schema.d.ts';
import { Button } from '../../ui/button.tsx';
import { Chart } from '../../ui/chart.tsx';
import type { ChartOption } from '../../ui/echarts.ts';
import { Empty } from '../../ui/empty.tsx';
import { plural } from '../../ui/format.ts';
import { Card } from '../../ui/page.tsx';
import type { Palette } from '../../ui/palette.ts';
import { LoadFailed } from '../../ui/problem.tsx';
import { Loading } from '../../ui/skeleton.tsx';
import { BandCounts } from './columns.tsx';
import { mapQuery } from './queries.ts';

type MapData = operations['getAssetMap']['responses'][200]['content']['application/json'];

/** The loudest band that an asset has findings of. */
function bandOf({ findings }: MapData['nodes'][number]): 'act' | 'attend' | 'track' {
  return findings.act > 0 ? 'act' : findings.attend > 0 ? 'attend' : 'track';
}

/** How far assets keep from each other, so that they fit. */
function forceFor(width: number) {
  const wide = width >= 900;
  return {
    repulsion: wide ? 620 : 150,
    edgeLength: wide ? [90, 200] : [30, 70],
    gravity: 0.16,
    layoutAnimation: false,
  };
}

function graphOf(
  { nodes, edges }: MapData,
  around: string | undefined,
  palette: Palette,
): ChartOption {
  return {
    tooltip: {
      renderMode: 'richText',
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.text, fontSize: 12 },
    },
    series: [
      {
        type: 'graph',
        layout: 'force',
        roam: true,
        draggable: true,
        force: forceFor(window.innerWidth),
        edgeSymbol: ['none', 'arrow'],
        edgeSymbolSize: 7,
        lineStyle: { color: palette.lineStrong, opacity: 0.7 },
        label: { show: nodes.length <= 60, position: 'bottom', color: palette.text, fontSize: 11 },
        emphasis: { focus: 'adjacency', label: { show: true } },
        data: nodes.map((node) => ({
          id: node.id,
          name: node.name,
          value: Math.round(node.topScore),
          symbolSize: 12 + node.topScore / 4,
          itemStyle: {
            color: palette[bandOf(node)],
            borderColor: node.id === around ? palette.accent : palette.surface,
            borderWidth: node.id === around ? 4 : 1,
          },
        })),
        edges: edges.map(({ from, to, source }) => ({
          source: from,
          target: to,
          lineStyle: { type: source === 'person' ? 'solid' : 'dashed' },
        })),
      },
    ],
  };
}

function MapList({ data }: { data: MapData }) {
  const names = new Map(data.nodes.map(({ id, name }) => [id, name]));
  return (
    <div className="scroll-x">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Asset</th>
            <th scope="col">Open findings</th>
            <th scope="col">Depends on</th>
          </tr>
        </thead>
        <tbody>
          {data.nodes.map(({ id, name, findings }) => (
            <tr key={id}>
              <td>
                <Link to="/assets/$assetId" params={{ assetId: id }}>
                  {name}
                </Link>
              </td>
              <td>
                <BandCounts counts={findings} />
              </td>
              <td className="soft">
                {data.edges
                  .filter(({ from }) => from === id)
                  .map(({ to }) => names.get(to) ?? to)
                  .join(', ') || '–'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What depends on what, as a picture or as a list; around one asset, or the riskiest. */
export function AssetMap({ around }: { around?: string }) {
  const { data, error, refetch } = useQuery(mapQuery(around));
  const navigate = useNavigate();
  const [asList, setAsList] = useState(false);
  const option = useCallback(
    (palette: Palette) => graphOf(data ?? { nodes: [], edges: [] }, around, palette),
    [data, around],
  );
  if (error !== null) return <LoadFailed error={error} again={() => void refetch()} />;
  if (data === undefined) return <Loading what="the map" />;
  return (
    <Card
      title={around === undefined ? 'What depends on what' : 'Around this asset'}
      flush={asList}
      aside={
        <div className="row">
          <span className="legend-words">
            An arrow points to what is needed; dashed is inferred
          </span>
          <Button look="quiet" compact aria-pressed={asList} onClick={() => setAsList(!asList)}>
            List
          </Button>
        </div>
      }
    >
      {data.nodes.length === 0 && (
        <Empty icon="map" title="No dependencies are known">
          <p className="soft">They are inferred from packages, or said by people on an asset.</p>
        </Empty>
      )}
      {data.nodes.length > 0 &&
        (asList ? (
          <MapList data={data} />
        ) : (
          <Chart
            label={`Map of ${plural(data.nodes.length, 'asset')} and ${plural(data.edges.length, 'dependency', 'dependencies')}; the list says the same.`}
            height={around === undefined ? 'max(26rem, 65dvh)' : '24rem'}
            option={option}
            onPick={(assetId) => void navigate({ to: '/assets/$assetId', params: { assetId } })}
          />
        ))}
    </Card>
  );
}
