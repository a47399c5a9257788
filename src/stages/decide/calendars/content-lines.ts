/** One property of an iCalendar object (RFC 5545 3.1), unfolded. */
export interface ContentLine {
  /** Upper case. */
  readonly name: string;
  /** Parameter values by upper-case name; quotes taken off, the first of several. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly value: string;
  /** 1-based line of the text it starts on. */
  readonly line: number;
}

/** Something wrong in an iCalendar text. */
export interface CalendarFault {
  /** 1-based line of the calendar's own text. */
  readonly line: number;
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

const NAME = /^[A-Za-z0-9-]+/;
const PARAMETER = /^;([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)/;

/** Unfolds and splits; a line that is no property is a fault and skipped. */
export function contentLines(text: string): {
  readonly lines: readonly ContentLine[];
  readonly faults: readonly CalendarFault[];
} {
  const lines: ContentLine[] = [];
  const faults: CalendarFault[] = [];
  for (const { content, line } of unfold(text)) {
    const parsed = split(content, line);
    if (parsed === undefined) {
      faults.push({
        line,
        severity: 'error',
        message: 'is not an iCalendar property (NAME:value)',
      });
    } else lines.push(parsed);
  }
  return { lines, faults };
}

function unfold(text: string): { content: string; line: number }[] {
  const unfolded: { content: string; line: number }[] = [];
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const last = unfolded.at(-1);
    if (/^[ \t]/.test(raw) && last !== undefined) last.content += raw.slice(1);
    else if (raw.trim() !== '') unfolded.push({ content: raw, line: index + 1 });
  }
  return unfolded;
}

function split(content: string, line: number): ContentLine | undefined {
  const name = NAME.exec(content)?.[0];
  if (name === undefined) return undefined;
  const parameters: Record<string, string> = {};
  let rest = content.slice(name.length);
  for (let match = PARAMETER.exec(rest); match !== null; match = PARAMETER.exec(rest)) {
    const [whole, key = '', values = ''] = match;
    parameters[key.toUpperCase()] = values.startsWith('"')
      ? values.slice(1, values.indexOf('"', 1))
      : (values.split(',')[0] ?? '');
    rest = rest.slice(whole.length);
  }
  if (!rest.startsWith(':')) return undefined;
  return { name: name.toUpperCase(), parameters, value: rest.slice(1), line };
}
