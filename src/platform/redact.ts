/** Takes credentials out of text that a package manager or registry client wrote. */
export function redact(text: string): string {
  return text
    .replaceAll(/(\/\/)[^/\s@]+@/g, '$1***@')
    .replaceAll(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 ***')
    .replaceAll(
      /((?:_authToken|_auth|_password|npmAuthToken|npmAuthIdent)["']?\s*[=:]\s*)\S+/gi,
      '$1***',
    )
    .replaceAll(/\b(?:npm|ghp|gho|ghs|glpat)[_-][A-Za-z0-9_-]{16,}/g, '***');
}
