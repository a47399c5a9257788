/** npm's `${NAME}`, and yarn's `${NAME:-default}`; what is not set stays away. */
export function expand(value: string, environment: NodeJS.ProcessEnv): string {
  return value.replaceAll(
    /\$\{(?<name>\w+)(?:\?|:?-(?<fallback>[^}]*))?\}/g,
    (_, name: string, fallback?: string) => environment[name] ?? fallback ?? '',
  );
}
