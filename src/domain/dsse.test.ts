import { expect, it } from 'vitest';
import { preAuthenticationEncoding } from './dsse.ts';

// The example of the DSSE protocol document, section "Test Vectors".
it('encodes type and payload with their lengths', () => {
  const encoded = preAuthenticationEncoding(
    'http://example.com/HelloWorld',
    new TextEncoder().encode('hello world'),
  );
  expect(new TextDecoder().decode(encoded)).toBe(
    'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  );
});
