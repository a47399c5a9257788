import { isMap, isSeq, parseDocument, Scalar, type YAMLMap } from 'yaml';

/** Names of the `.ics` files that a document refers to, each once, as they are written. */
export function calendarFilesOf(text: string): readonly string[] {
  const names = calendarsOf(parseDocument(text)).map((calendar) => calendar.get('file'));
  return [...new Set(names.filter((name) => typeof name === 'string'))];
}

/**
 * The same document with the content of its `.ics` files in it, so that it can be kept and read
 * anywhere. Comments stay. A file that is not given stays a reference.
 */
export function withCalendarFiles(text: string, files: ReadonlyMap<string, string>): string {
  const document = parseDocument(text);
  let inlined = false;
  for (const calendar of calendarsOf(document)) {
    const content = files.get(String(calendar.get('file')));
    if (content === undefined) continue;
    const scalar = new Scalar(content.replaceAll('\r\n', '\n'));
    scalar.type = Scalar.BLOCK_LITERAL;
    calendar.delete('file');
    calendar.set('ics', scalar);
    inlined = true;
  }
  return inlined ? document.toString({ lineWidth: 0 }) : text;
}

function calendarsOf(document: ReturnType<typeof parseDocument>): readonly YAMLMap[] {
  const calendars: unknown = document.get('calendars');
  return isSeq(calendars) ? calendars.items.filter((item) => isMap(item)) : [];
}
