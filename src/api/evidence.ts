import { type Envelope, preAuthenticationEncoding } from '../domain/dsse.ts';
import { trustedKeys } from '../platform/trusted-keys.ts';
import { notFound } from './cursor.ts';
import type { ApiDependencies } from './dependencies.ts';

/** A change's signed evidence, and whether one of our keys has really signed it. */
export async function evidenceOf(
  { home }: Pick<ApiDependencies, 'home'>,
  changeId: string,
  stored: unknown,
) {
  if (stored === null || stored === undefined) throw notFound('evidence of change', changeId);
  // What is in the column was written as an envelope.
  const envelope = stored as Envelope;
  const payload = Buffer.from(envelope.payload, 'base64');
  const message = preAuthenticationEncoding(envelope.payloadType, payload);
  const keys = await trustedKeys(home);
  const [signature] = envelope.signatures;
  const key = keys.find(({ id }) => id === signature?.keyid);
  const signatureValid =
    key !== undefined &&
    signature !== undefined &&
    key.verify(message, Buffer.from(signature.sig, 'base64'));
  return {
    envelope: {
      payloadType: envelope.payloadType,
      payload: envelope.payload,
      signatures: envelope.signatures,
    },
    signatureValid,
    keyId: signature?.keyid ?? '',
    statement: statementOf(payload),
  };
}

function statementOf(payload: Buffer): Record<string, unknown> {
  try {
    const statement: unknown = JSON.parse(payload.toString('utf8'));
    return typeof statement === 'object' && statement !== null ? { ...statement } : {};
  } catch {
    return {};
  }
}
