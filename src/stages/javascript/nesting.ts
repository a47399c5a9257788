/** Levels of brackets that the native parser survives on any thread's stack, with room to spare. */
const MAX_DEPTH = 800;

/** Whether text nests deeper than the native parser, which recurses, can be trusted with. */
export function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x28 || code === 0x5b || code === 0x7b) depth += 1;
    else if ((code === 0x29 || code === 0x5d || code === 0x7d) && depth > 0) depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}
