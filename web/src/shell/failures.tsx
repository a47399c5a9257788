import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { ButtonLink } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { LoadFailed } from '../ui/problem.tsx';

/** A page that failed to load or to draw itself. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  return (
    <Page title="This did not work">
      <LoadFailed error={error} again={reset} />
      <p>
        <Link to="/">Back to the overview</Link>
      </p>
    </Page>
  );
}

export function PageMissing() {
  return (
    <Page title="Not here">
      <Empty icon="search" title="There is no such page">
        <p className="soft">The address may be old, or what it named is gone.</p>
        <ButtonLink to="/">Go to the overview</ButtonLink>
      </Empty>
    </Page>
  );
}
