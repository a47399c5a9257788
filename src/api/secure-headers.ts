import type { MiddlewareHandler } from 'hono';
import type { ApiConfiguration } from './configuration.ts';
import type { ApiEnvironment } from './requester.ts';

/**
 * What the page is made of: its own files and nothing else, no style sheets of its own making either.
 * The policy's editor sets style attributes on what it draws; those reach no further than their element.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers that hold browsers to the least: no scripts or frames of others, no guessing of types. */
export function secureHeaders(
  config: Pick<ApiConfiguration, 'publicUrl'>,
): MiddlewareHandler<ApiEnvironment> {
  const tls = config.publicUrl?.startsWith('https:') === true;
  return async (context, next) => {
    await next();
    const { headers } = context.res;
    if (!headers.has('Content-Security-Policy'))
      headers.set('Content-Security-Policy', PAGE_POLICY);
    headers.set('X-Content-Type-Options', 'nosniff');
    headers.set('X-Frame-Options', 'DENY');
    headers.set('Referrer-Policy', 'no-referrer');
    headers.set('Cross-Origin-Opener-Policy', 'same-origin');
    headers.set('Cross-Origin-Resource-Policy', 'same-origin');
    headers.set(
      'Permissions-Policy',
      'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    );
    if (tls || context.var.secure) {
      headers.set('Strict-Transport-Security', 'max-age=31536000');
    }
    // Answers of the API are for whoever asked, and for now.
    if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
  };
}
