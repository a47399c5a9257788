/** Saves a text as a file on the reader's machine. */
function downloadText(text: string, name: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken it when this turn is over.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}

export function downloadJson(value: unknown, name: string): void {
  downloadText(`${JSON.stringify(value, null, 2)}\n`, name, 'application/json');
}
