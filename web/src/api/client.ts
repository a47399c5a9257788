import createClient, { type Middleware } from 'openapi-fetch';
import { toApiError } from './problem.ts';
import type { paths } from './schema.d.ts';

/** 128 random bits; `randomUUID` is not there where the page is served without TLS. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

/** A request that is sent again (a proxy, a double click) does its work once. */
const idempotent: Middleware = {
  onRequest({ request }) {
    if (request.method === 'POST') request.headers.set('Idempotency-Key', newKey());
    return request;
  },
};

/** The API; types come from its OpenAPI document, the cookie says who asks. */
export const api = createClient<paths>({
  baseUrl: '/api/v1',
  credentials: 'same-origin',
  querySerializer: { array: { style: 'form', explode: false } },
});
api.use(idempotent);

/** The answer's body; an answer that is not the good one is thrown as `ApiError`. */
export async function unwrap<T>(
  answer: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok || data === undefined) throw toApiError(error, response);
  return data;
}
