import { SutureError } from '../../../domain/error.ts';
import { neutralise } from '../../../domain/neutralise.ts';
import type { ExecResult } from '../../../platform/exec.ts';
import { redact } from '../../../platform/redact.ts';

interface Kind {
  readonly code: string;
  readonly signs: RegExp;
  readonly what: string;
  readonly remedy: string;
}

/** In order: a refused login also says that something could not be fetched. */
const KINDS: readonly Kind[] = [
  {
    code: 'registry-denied',
    signs:
      /\bE401\b|\bE403\b|\bENEEDAUTH\b|\b401 Unauthorized|\b403 Forbidden|(?:FETCH|HTTP)_?(?:ERROR_)?40[13]\b|YN0033|YN0041|status code 40[13]|Response Code:[^\n]*40[13]|Request failed \\?"?40[13]|\bunauthori[sz]ed\b|\bforbidden\b|authenti[^ ]* required/i,
    what: 'the registry refused access',
    remedy:
      'Log in to it, or put its token into your own ~/.npmrc or ~/.yarnrc.yml. Variables in a project’s file are only expanded for registries that your own configuration names.',
  },
  {
    code: 'version-unavailable',
    signs:
      /\bETARGET\b|\bE404\b|NO_(?:MATURE_)?MATCHING_VERSION|FETCH_404|YN0082|No candidates found|satisfying [^\n]* are quarantined|Couldn't find (?:any versions|package)|HTTP_?(?:ERROR)?_?404|Response Code:[^\n]*404|YN0035[^\n]*not found/i,
    what: 'the registry does not have what is asked for',
    remedy: 'Check that the registry your configuration names carries that version.',
  },
  {
    code: 'registry-unreachable',
    signs:
      /ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|EIDLETIMEOUT|ENOTCACHED|META_FETCH_FAIL|NO_OFFLINE|error sending request|socket hang up|network (?:error|connection)|RequestError|connection (?:refused|reset|closed)|\b50[0234] |FETCH_50|\bE50\d\b|Response Code:[^\n]*50\d|invalid json|(?:Unexpected end of|in) JSON|EJSONPARSE|error decoding|BROKEN_METADATA|SyntaxError/i,
    what: 'the package registry could not be reached',
    remedy: 'Check the network and proxy settings, then run it again.',
  },
];

/** What a failed run of a package manager means, as an error a person can act on. */
export function failureOf(
  manager: string,
  argv: readonly string[],
  result: ExecResult,
): SutureError {
  const output = `${result.stderr}\n${result.stdout}`;
  const said = lastWords(output);
  if (result.timedOut) {
    return new SutureError('registry-unreachable', `${manager} did not finish in time: ${said}`, {
      remedy: 'Check the network and proxy settings, then run it again.',
    });
  }
  const kind = KINDS.find(({ signs }) => signs.test(output));
  if (kind) {
    return new SutureError(kind.code, `${manager}: ${kind.what}: ${said}`, { remedy: kind.remedy });
  }
  return new SutureError(
    'patch-not-applied',
    `${manager} ended with ${result.exitCode ?? result.signal}: ${said}`,
    { remedy: `See what it says; the command was: ${argv.slice(1).join(' ')}` },
  );
}

const MAX_WORDS = 600;

/** The lines that say what went wrong, for a person; secrets and control characters taken out. */
function lastWords(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const errors = lines.filter((line) => /err|fail|✖|×|└─|YN0(?!000)/i.test(line));
  const told = (errors.length > 0 ? errors : lines).slice(0, 8).join(' ');
  return neutralise(redact(told)).slice(0, MAX_WORDS);
}
