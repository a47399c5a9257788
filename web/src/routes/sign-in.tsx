import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type SubmitEvent, useState } from 'react';
import { api, unwrap } from '../api/client.ts';
import { sessionQuery } from '../api/session.ts';
import { Button, ButtonAnchorLink } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Mark } from '../ui/icon.tsx';
import { useTitle } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem.tsx';

const route = getRouteApi('/sign-in');

/** A path of this page, never another site's: where to go on after signing in. */
function safePath(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : '/';
}

/** The one-time token of a sign-in link; it stands behind the `#`, which is never sent. */
function tokenOfLink(): string {
  return new URLSearchParams(window.location.hash.slice(1)).get('token') ?? '';
}

/** How one gets in: a one-time token, or the organisation's own sign-in. */
export function SignIn() {
  useTitle('Sign in');
  const { next, token: tokenOfQuery } = route.useSearch();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [token, setToken] = useState(() => tokenOfLink() || (tokenOfQuery ?? ''));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const { data: options } = useQuery({
    queryKey: ['sign-in'],
    queryFn: () => unwrap(api.GET('/sign-in')),
  });

  async function signIn(): Promise<void> {
    setBusy(true);
    setError(undefined);
    try {
      const session = await unwrap(api.POST('/session', { body: { token: token.trim() } }));
      client.clear();
      client.setQueryData(sessionQuery.queryKey, session);
      await navigate({ href: safePath(next), replace: true });
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }

  return (
    <main className="sign-in">
      <div className="card stack" style={{ '--gap': '1.25rem' }}>
        <div className="brand">
          <Mark />
          Suture
        </div>
        <div className="stack" style={{ '--gap': '0.25rem' }}>
          <h1>Sign in</h1>
          <p className="soft">Closes security holes by itself, and shows its work.</p>
        </div>
        {error !== undefined && <ProblemNote error={error} />}
        {options?.oidc && (
          <ButtonAnchorLink look="primary" href={options.oidc.start}>
            Continue with {options.oidc.name}
          </ButtonAnchorLink>
        )}
        <form
          className="stack"
          onSubmit={(event: SubmitEvent<HTMLFormElement>) => {
            event.preventDefault();
            void signIn();
          }}
        >
          <TextField
            label="One-time token"
            name="token"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            required
            value={token}
            onChange={(event) => setToken(event.target.value)}
            hint="Printed by `suture up` when it first starts; later an admin makes you one."
          />
          <Button type="submit" look={options?.oidc ? 'plain' : 'primary'} busy={busy}>
            Sign in
          </Button>
        </form>
      </div>
    </main>
  );
}
