import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import type { Schemas } from '../../api/types.ts';
import { usePaged } from '../../api/use-paged.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Card } from '../../ui/page.tsx';
import { LoadFailed, ProblemNote } from '../../ui/problem.tsx';
import { SkeletonLines } from '../../ui/skeleton.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Time, useNow } from '../../ui/time.tsx';
import { tell } from '../../ui/toast.tsx';
import { MakeToken } from './make-token.tsx';
import { tokensQuery } from './queries.ts';

type Token = Schemas['Token'];

function Revoke({ token, close }: { token: Token; close: () => void }) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => unwrap(api.DELETE('/tokens/{id}', { params: { path: { id: token.id } } })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['tokens'] });
      tell(`“${token.name}” opens nothing any more.`);
      close();
    },
  });
  return (
    <Dialog
      title={`Revoke “${token.name}”?`}
      close={close}
      submit={() => revoke.mutate()}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="danger" busy={revoke.isPending}>
            Revoke
          </Button>
        </>
      }
    >
      <div className="stack">
        {revoke.error !== null && <ProblemNote error={revoke.error} />}
        <p>Whatever uses it is refused from now on. It cannot be made good again.</p>
      </div>
    </Dialog>
  );
}

function TokenLine({ token }: { token: Token }) {
  const [revoking, setRevoking] = useState(false);
  const now = useNow();
  const revoked = token.revokedAt !== null;
  const ended = revoked || Date.parse(token.expiresAt) <= now;
  return (
    <li className="line folding">
      <div className="ellipsis-block">
        <span className="row" style={{ '--gap': '0.25rem 0.6rem' }}>
          <strong className={ended ? 'soft wrap-anywhere' : 'wrap-anywhere'}>{token.name}</strong>
          {token.scopes.map((scope) => (
            <Tag key={scope} tone={ended ? 'plain' : 'track'}>
              {scope}
            </Tag>
          ))}
        </span>
        <span className="faint small">
          made <Time at={token.createdAt} />,{' '}
          {token.lastUsedAt === null ? (
            'never used'
          ) : (
            <>
              used <Time at={token.lastUsedAt} />
            </>
          )}
        </span>
      </div>
      <div className="end">
        {revoked && <Tag>Revoked</Tag>}
        {!revoked && (
          <span className={ended ? 'faint' : 'soft'}>
            {ended ? 'ended' : 'ends'} <Time at={token.expiresAt} />
          </span>
        )}
        {!ended && (
          <Button compact onClick={() => setRevoking(true)} aria-label={`Revoke ${token.name}…`}>
            Revoke…
          </Button>
        )}
      </div>
      {revoking && <Revoke token={token} close={() => setRevoking(false)} />}
    </li>
  );
}

/** One's own tokens, for scripts and the command line elsewhere. */
export function Tokens({ making, close }: { making: boolean; close: () => void }) {
  const { items, error, loading, hasMore, more, refresh } = usePaged(tokensQuery);
  return (
    <div className="stack">
      <div className="row apart">
        <p className="soft">For scripts and the command line elsewhere; they act in your name.</p>
        <ButtonLink
          to="/settings"
          search={{ part: 'tokens', open: 'new' }}
          resetScroll={false}
          look="primary"
          icon="plus"
        >
          Make a token
        </ButtonLink>
      </div>
      <Card title="Your tokens" flush={items.length > 0}>
        {error !== null && <LoadFailed error={error} again={refresh} />}
        {loading && items.length === 0 && <SkeletonLines lines={3} />}
        {!loading && error === null && items.length === 0 && (
          <Empty icon="shield" title="You have no tokens">
            <p className="soft">The command line on the server’s own machine needs none.</p>
          </Empty>
        )}
        {items.length > 0 && (
          <ul className="lines">
            {items.map((token) => (
              <TokenLine key={token.id} token={token} />
            ))}
          </ul>
        )}
        {hasMore && (
          <div className="card-words">
            <Button compact busy={loading} onClick={more}>
              Earlier
            </Button>
          </div>
        )}
      </Card>
      {making && <MakeToken close={close} />}
    </div>
  );
}
