import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import {
  type Context,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { messageOf } from '../domain/error.ts';
import { redact } from './redact.ts';

/** What a span is about; `undefined` is left out. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** The attributes that say whose trace a span belongs to, strongest first. */
export const CHANGE_ID = 'suture.change.id';
export const REMEDIATION_ID = 'suture.remediation.id';
const SUBJECTS = [CHANGE_ID, REMEDIATION_ID] as const;

interface Tracing {
  readonly tracer: Tracer;
  /** Makes the next root span begin (or go on with) this trace. */
  readonly useTraceId: (traceId: string) => void;
  readonly shutdown: () => Promise<void>;
}

let tracing: Tracing | undefined;
const active = new AsyncLocalStorage<Context>();
const noSpan = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

/**
 * The trace of a change or remediation: the same in every process that works on it, without
 * anything being handed from one to the other. 32 hexadecimal digits.
 */
export function traceIdOf(subject: string): string {
  return createHash('sha256').update(`suture trace\0${subject}`).digest('hex').slice(0, 32);
}

/**
 * Runs `work` inside a span. A span with a `suture.change.id` (or else a `suture.remediation.id`)
 * goes into the trace of that change or remediation, and links to the span it was started in where
 * that is in another trace; any other span is a child of the one it is started in.
 *
 * Without tracing (see `startTracing`) it costs nothing but the call.
 */
export async function withSpan<T>(
  name: string,
  attributes: SpanAttributes,
  work: (span: Span) => Promise<T> | T,
  kind: 'internal' | 'server' | 'client' = 'internal',
): Promise<T> {
  if (tracing === undefined) return await work(noSpan);
  const span = startSpan(tracing, name, attributes, kind);
  const context = trace.setSpan(ROOT_CONTEXT, span);
  try {
    return await active.run(context, () => work(span));
  } catch (error) {
    const message = redact(messageOf(error));
    span.setStatus({ code: SpanStatusCode.ERROR, message });
    span.addEvent('exception', {
      'exception.type': error instanceof Error ? error.name : typeof error,
      'exception.message': message,
    });
    throw error;
  } finally {
    span.end();
  }
}

/** Runs `work` as part of a caller's trace, given by a W3C `traceparent` header (version 00). */
export async function withCaller<T>(traceparent: string | undefined, work: () => T): Promise<T> {
  const caller = tracing === undefined ? undefined : parseTraceparent(traceparent);
  if (caller === undefined) return await work();
  return await active.run(trace.setSpanContext(ROOT_CONTEXT, caller), work);
}

/** Ids of the span that is active, for logs. */
export function activeSpan(): { readonly traceId: string; readonly spanId: string } | undefined {
  const context = active.getStore();
  return context === undefined ? undefined : trace.getSpanContext(context);
}

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
} as const;

function startSpan(
  { tracer, useTraceId }: Tracing,
  name: string,
  attributes: SpanAttributes,
  kind: keyof typeof KINDS,
): Span {
  const parent = active.getStore() ?? ROOT_CONTEXT;
  const around = trace.getSpanContext(parent);
  const subjects = SUBJECTS.flatMap((key) => {
    const id = attributes[key];
    return typeof id === 'string' ? [traceIdOf(id)] : [];
  });
  const options = { kind: KINDS[kind], attributes };
  const [own] = subjects;
  if (own === undefined || around?.traceId === own) {
    return tracer.startSpan(name, options, parent);
  }
  const links: Link[] = around === undefined ? [] : [{ context: around }];
  useTraceId(own);
  return tracer.startSpan(name, { ...options, root: true, links }, ROOT_CONTEXT);
}

const TRACEPARENT = /^00-(?<traceId>[0-9a-f]{32})-(?<spanId>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})$/;

function parseTraceparent(header: string | undefined): SpanContext | undefined {
  const parts = TRACEPARENT.exec(header ?? '')?.groups;
  if (parts === undefined) return undefined;
  const context: SpanContext = {
    traceId: parts['traceId'] ?? '',
    spanId: parts['spanId'] ?? '',
    traceFlags: Number.parseInt(parts['flags'] ?? '0', 16),
    isRemote: true,
  };
  return isSpanContextValid(context) ? context : undefined;
}

/**
 * Starts to send spans by OTLP over HTTP where `OTEL_EXPORTER_OTLP_ENDPOINT` (or its `_TRACES_`
 * form) is set; the exporter reads the other standard variables (headers, timeout) itself.
 * Otherwise, and with `OTEL_SDK_DISABLED=true`, nothing is traced.
 *
 * @returns what sends the rest and ends it
 */
export async function startTracing(options: {
  readonly environment: NodeJS.ProcessEnv;
  /** `suture-api`, `suture-worker`; `OTEL_SERVICE_NAME` overrides it. */
  readonly service: string;
  readonly version: string;
}): Promise<{ readonly shutdown: () => Promise<void> }> {
  const { environment } = options;
  const endpoint =
    environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || environment['OTEL_EXPORTER_OTLP_ENDPOINT'];
  if (!endpoint || environment['OTEL_SDK_DISABLED'] === 'true' || tracing !== undefined) {
    return { shutdown: () => Promise.resolve() };
  }
  // Only where it is asked for: the SDK costs start-up time.
  const { openTracer } = await import('./tracing-export.ts');
  const opened = openTracer(options);
  tracing = opened;
  return {
    shutdown: async () => {
      tracing = undefined;
      await opened.shutdown();
    },
  };
}
