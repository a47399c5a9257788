import { type ReactNode, useEffect } from 'react';

/** Names the browser's tab. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'Suture' : `${title} · Suture`;
  }, [title]);
}

interface PageProps {
  readonly title: string;
  /** The title as it is shown, where that is more than its words. */
  readonly heading?: ReactNode;
  readonly below?: ReactNode;
  readonly back?: ReactNode;
  readonly actions?: ReactNode;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** A page: its one heading, what can be done, and the content. */
export function Page({ title, heading, below, back, actions, wide = false, children }: PageProps) {
  useTitle(title);
  return (
    <div className={wide ? 'page wide' : 'page'}>
      <header className="page-head">
        <div className="title">
          {back}
          <h1>{heading ?? title}</h1>
          {below}
        </div>
        {actions !== undefined && <div className="row">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a page with a heading. */
export function Card({
  title,
  aside,
  children,
  flush = false,
  id,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  flush?: boolean;
  id?: string;
}) {
  return (
    <section className="card" id={id} aria-label={title}>
      <header>
        <h2>{title}</h2>
        {aside !== undefined && <div className="push soft small">{aside}</div>}
      </header>
      <div className={flush ? 'flush' : 'body'}>{children}</div>
    </section>
  );
}
