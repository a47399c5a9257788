/** One part of an explanation: `Because`, and what stands behind it. */
export interface ExplanationPart {
  readonly label: string;
  readonly text: string;
}

/**
 * Takes apart what `suture explain` prints for a terminal: a heading, then indented labels with
 * their texts, which go on in deeper indented lines. Empty for a text of another form.
 */
export function explanationParts(explanation: string): readonly ExplanationPart[] {
  const parts: { label: string; text: string }[] = [];
  for (const line of explanation.split('\n')) {
    const start = /^ {1,4}(\S.*?) {2,}(\S.*)$/.exec(line);
    const last = parts.at(-1);
    if (start !== null) parts.push({ label: start[1] ?? '', text: start[2] ?? '' });
    else if (last !== undefined && /^ {5,}\S/.test(line)) last.text += ` ${line.trim()}`;
  }
  return parts;
}
