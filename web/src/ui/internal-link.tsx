import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { parseSearch } from '../api/search-params.ts';

/**
 * A link that the server names as a path of this page (`/changes/17?x=y`). Anything else, another
 * site or another scheme, is shown as text.
 */
export function InternalLink({
  path,
  className,
  children,
}: {
  path: string;
  className?: string;
  children: ReactNode;
}) {
  if (!/^\/(?![/\\])/.test(path)) return <span>{children}</span>;
  const [pathname = '/', query = ''] = path.split('?', 2);
  return (
    <Link to={pathname} search={parseSearch(query)} className={className}>
      {children}
    </Link>
  );
}
