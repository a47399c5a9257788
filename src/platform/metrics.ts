import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** A gauge with one value per combination of labels. */
interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Something that is counted when Prometheus asks. */
export interface Measure {
  /** With the unit at its end, as Prometheus has it: `_seconds`, `_bytes`; counts have none. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  readonly samples: readonly Sample[];
}

export interface Metrics {
  readonly contentType: string;
  /** Seconds that a request took. */
  readonly observeRequest: (
    labels: { readonly method: string; readonly route: string; readonly status: string },
    seconds: number,
  ) => void;
  /** The text exposition format. */
  readonly expose: () => Promise<string>;
}

/** HTTP server durations in seconds: the buckets that OpenTelemetry advises for HTTP. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/**
 * Metrics of this process, and what `measure` counts, asked for each time somebody collects.
 *
 * @param measure what throws is left out of one collection, and told by `onError`
 */
export function openMetrics(options: {
  readonly measure: () => Promise<readonly Measure[]>;
  readonly onError: (error: unknown) => void;
}): Metrics {
  const own = new Registry();
  collectDefaultMetrics({ register: own });
  const durations = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Seconds that requests took, until the answer began.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers: [own],
  });
  return {
    contentType: Registry.PROMETHEUS_CONTENT_TYPE,
    observeRequest: (labels, seconds) => durations.observe(labels, seconds),
    expose: async () => {
      const measured = new Registry();
      try {
        for (const measure of await options.measure()) register(measured, measure);
      } catch (error) {
        options.onError(error);
      }
      return [await own.metrics(), await measured.metrics()]
        .filter((text) => text !== '')
        .join('\n');
    },
  };
}

function register(registry: Registry, { name, help, labels, samples }: Measure): void {
  const gauge = new Gauge({ name, help, labelNames: [...(labels ?? [])], registers: [registry] });
  for (const sample of samples) gauge.set({ ...sample.labels }, sample.value);
}
