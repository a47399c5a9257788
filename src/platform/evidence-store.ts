import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Envelope, IN_TOTO_PAYLOAD_TYPE, preAuthenticationEncoding } from '../domain/dsse.ts';
import { messageOf, SutureError } from '../domain/error.ts';
import { writeFileAtomic } from './atomic-write.ts';
import type { SigningKey, VerifyingKey } from './keys.ts';

/** Changed files by path relative to the repository's root; `undefined` for a deleted one. */
export type ChangedFiles = ReadonlyMap<string, string | undefined>;

/**
 * Signs a statement and keeps it together with the changed files under
 * `home`/evidence/`change`/. The statement is written last: where it is, the rest is too.
 *
 * @returns path of the DSSE envelope
 */
export async function keepEvidence(
  home: string,
  change: string,
  statement: unknown,
  files: ChangedFiles,
  key: SigningKey,
): Promise<string> {
  const folder = join(home, 'evidence', change);
  const contents = JSON.stringify(Object.fromEntries([...files].map(([k, v]) => [k, v ?? null])));
  await writeFileAtomic(join(folder, 'files.json'), contents);
  const envelope = signStatement(statement, key);
  const path = join(folder, 'statement.dsse.json');
  await writeFileAtomic(path, `${JSON.stringify(envelope, null, 2)}\n`);
  return path;
}

/** Puts a statement into a signed DSSE envelope. */
export function signStatement(statement: unknown, key: SigningKey): Envelope {
  const payload = Buffer.from(JSON.stringify(statement));
  const signature = key.sign(preAuthenticationEncoding(IN_TOTO_PAYLOAD_TYPE, payload));
  return {
    payloadType: IN_TOTO_PAYLOAD_TYPE,
    payload: payload.toString('base64'),
    signatures: [{ keyid: key.id, sig: Buffer.from(signature).toString('base64') }],
  };
}

/**
 * Reads an envelope and checks its signature.
 *
 * @returns the payload's text
 * @throws SutureError `evidence-unreadable` or `evidence-forged`
 */
export async function openEvidence(path: string, key: VerifyingKey): Promise<string> {
  const envelope = parseEnvelope(await readText(path), path);
  const payload = Buffer.from(envelope.payload, 'base64');
  const signed = preAuthenticationEncoding(envelope.payloadType, payload);
  const ours = envelope.signatures.filter(({ keyid }) => keyid === key.id);
  if (ours.length === 0) {
    const signers = envelope.signatures.map(({ keyid }) => keyid.slice(0, 16)).join(', ');
    throw new SutureError(
      'evidence-forged',
      `${path} is not signed by key ${key.id.slice(0, 16)} (signed by: ${signers || 'nobody'})`,
      { remedy: 'Give the signer’s public key with --key FILE, or do not trust this evidence.' },
    );
  }
  if (!ours.some(({ sig }) => key.verify(signed, Buffer.from(sig, 'base64')))) {
    throw new SutureError('evidence-forged', `${path}: the signature does not fit its content`, {
      remedy: 'Do not trust this evidence: it was changed after it was signed.',
    });
  }
  return payload.toString('utf8');
}

/** The changed files kept beside an envelope. */
export async function evidenceFiles(path: string): Promise<ChangedFiles> {
  const kept = join(dirname(path), 'files.json');
  const value = parseJson(await readText(kept), kept);
  if (typeof value !== 'object' || value === null) throw unreadable(kept, 'not an object');
  return new Map(
    Object.entries(value).map(([name, text]) => [
      name,
      typeof text === 'string' ? text : undefined,
    ]),
  );
}

export function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

async function readText(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(path, messageOf(error));
  });
}

function parseEnvelope(text: string, path: string): Envelope {
  const envelope = parseJson(text, path) as Partial<Envelope> | null;
  const complete =
    typeof envelope?.payload === 'string' &&
    envelope.payloadType === IN_TOTO_PAYLOAD_TYPE &&
    Array.isArray(envelope.signatures);
  if (!complete) throw unreadable(path, 'not a DSSE envelope with an in-toto payload');
  return envelope as Envelope;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(path, messageOf(error));
  }
}

function unreadable(path: string, why: string): SutureError {
  return new SutureError('evidence-unreadable', `${path}: ${why}`, {
    remedy: 'Give the path of a statement.dsse.json that "suture patch" wrote.',
  });
}
