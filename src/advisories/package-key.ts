/**
 * The key of a package in the index: what its registry treats as one name must be one key. Names
 * come without control characters (the feeds refuse them), so a tab separates safely.
 */
export function packageKey(ecosystem: string, name: string): string {
  return `${ecosystem}\t${normalName(ecosystem, name)}`;
}

function normalName(ecosystem: string, name: string): string {
  switch (ecosystem) {
    case 'PyPI':
      // PEP 503.
      return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
    case 'NuGet':
    case 'Packagist':
    case 'Hex':
      return name.toLowerCase();
    default:
      return name;
  }
}
