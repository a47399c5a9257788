/**
 * Modules that Node loads from itself, whatever is installed under the same name (`punycode` is
 * Node's, `punycode/` the package). Node.js documentation, "Built-in modules".
 */
export const NODE_MODULES: ReadonlySet<string> = new Set(
  'assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl stream string_decoder sys timers tls trace_events tty url util v8 vm wasi worker_threads zlib'.split(
    ' ',
  ),
);
