/** The room that something takes once it is loaded. */
export function Skeleton({ width = '100%', height = '1em' }: { width?: string; height?: string }) {
  return <span className="skeleton" style={{ width, height }} aria-hidden="true" />;
}

/** Several lines of text to come. */
export function SkeletonLines({ lines }: { lines: number }) {
  return (
    <div className="stack" style={{ '--gap': '0.6rem' }} aria-hidden="true">
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} width={`${92 - ((line * 17) % 40)}%`} />
      ))}
    </div>
  );
}

/** A page that is loading, said once for those who hear it. */
export function Loading({ what }: { what: string }) {
  return (
    <div role="status">
      <span className="visually-hidden">Loading {what}…</span>
      <SkeletonLines lines={6} />
    </div>
  );
}
