/**
 * The form of a name that a package's registry compares by: names it treats as one are equal. For
 * looking up, never for showing.
 */
export function canonicalPackageName(ecosystem: string, name: string): string {
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
