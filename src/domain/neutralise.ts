/**
 * Makes text from advisories, packages and test output safe to show: no terminal escapes, no
 * control or bidirectional-override characters, and no line that a CI system would obey
 * (GitHub `::command::` and `##[command]`, Azure `##vso[…]`, TeamCity `##teamcity[…]`).
 *
 * One line comes out unless `multiline` is set.
 */
export function neutralise(text: string, options: { multiline?: boolean } = {}): string {
  const plain = text
    .replaceAll(ESCAPE_SEQUENCES, '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(options.multiline ? CONTROL_BUT_NEWLINE : CONTROL, ' ')
    .replaceAll(BIDI_AND_INVISIBLE, '');
  if (!options.multiline) return defuse(plain.replaceAll(/\s+/g, ' ').trim());
  return plain.split('\n').map(defuse).join('\n');
}

/* oxlint-disable no-control-regex -- these are the characters to remove */
// CSI, OSC (ended by BEL or ST), and other two-character escapes (ECMA-48).
const ESCAPE_SEQUENCES =
  /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-_])/g;
const CONTROL = /[\u0000-\u001F\u007F-\u009F]/g;
const CONTROL_BUT_NEWLINE = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/g;
// Unicode TR 36 section 2.10: characters that reorder or hide what is written.
const BIDI_AND_INVISIBLE = /[\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/g;

/** A zero-width-free way to break a workflow command: put a space into its marker. */
function defuse(line: string): string {
  return line.replace(/^(\s*)::/, '$1: :').replaceAll(/##(?=\[|vso\[|teamcity\[)/g, '# #');
}
