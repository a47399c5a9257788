import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, RandomIdGenerator, TracerProvider } from '@opentelemetry/sdk-trace';

/**
 * A tracer that sends what it records by OTLP over HTTP. `useTraceId` sets the trace id of the next
 * root span, which must be started at once: in between, nothing else may run.
 */
export function openTracer(options: {
  readonly environment: NodeJS.ProcessEnv;
  readonly service: string;
  readonly version: string;
}) {
  const { environment, service, version } = options;
  const random = new RandomIdGenerator();
  let next: string | undefined;
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': environment['OTEL_SERVICE_NAME'] || service,
      'service.version': version,
      'service.instance.id': `${process.pid}`,
    }),
    idGenerator: {
      generateTraceId: () => {
        const traceId = next ?? random.generateTraceId();
        next = undefined;
        return traceId;
      },
      generateSpanId: () => random.generateSpanId(),
    },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url: tracesUrl(environment) }),
        scheduledDelayMillis: 2000,
      }),
    ],
  });
  return {
    tracer: provider.getTracer('suture', version),
    useTraceId: (traceId: string) => {
      next = traceId;
    },
    shutdown: () => provider.shutdown(),
  };
}

/** As the OTLP exporter specification has it: the general endpoint is a base, the other is whole. */
function tracesUrl(environment: NodeJS.ProcessEnv): string {
  const whole = environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  if (whole) return whole;
  return `${(environment['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '').replace(/\/+$/, '')}/v1/traces`;
}
