import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import type { Schemas } from '../../api/types.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { formatHours, plural } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { Card } from '../../ui/page.tsx';
import { ProblemNote } from '../../ui/problem.tsx';
import { Tag } from '../../ui/tag.tsx';
import { KIND_WORDS, notificationLabel } from './channel-words.ts';
import { DeleteChannel } from './delete-channel.tsx';

type Channel = Schemas['Channel'];

function TestResult({ delivered, error }: { delivered: boolean; error: string | null }) {
  return (
    <div className={delivered ? 'note good' : 'note act'} role="status">
      <Icon name={delivered ? 'check' : 'finding'} />
      <p className="wrap-anywhere">
        {delivered ? 'The test was taken; look whether it is there.' : error}
      </p>
    </div>
  );
}

function Facts({ channel }: { channel: Channel }) {
  const { address, credential, sender, recipients = [], kinds, digestMinutes } = channel;
  const words = KIND_WORDS[channel.kind];
  return (
    <dl className="facts">
      {address !== '' && (
        <>
          <dt>{words.address.label}</dt>
          <dd>{address}</dd>
        </>
      )}
      {credential !== null && (
        <>
          <dt>{words.credential.label}</dt>
          <dd>
            <code>{credential}</code>
          </dd>
        </>
      )}
      {sender !== null && (
        <>
          <dt>From</dt>
          <dd>{sender}</dd>
        </>
      )}
      {recipients.length > 0 && (
        <>
          <dt>To, beside people</dt>
          <dd>{recipients.join(', ')}</dd>
        </>
      )}
      <dt>Told</dt>
      <dd>
        {kinds.length === 0 ? 'Everything' : kinds.map(notificationLabel).join('; ')}
        <span className="soft">; a digest every {formatHours(digestMinutes / 60)}</span>
      </dd>
    </dl>
  );
}

/** One place where people are told: what goes there, whether it arrives, and a way to try it. */
export function ChannelCard({ channel }: { channel: Channel }) {
  const { id, name, kind, enabled, lastError, pending } = channel;
  const [deleting, setDeleting] = useState(false);
  const test = useMutation({
    mutationFn: () => unwrap(api.POST('/channels/{id}/test', { params: { path: { id } } })),
  });
  return (
    <Card
      title={name}
      aside={
        <span className="row" style={{ '--gap': '0.35rem' }}>
          {!enabled && <Tag tone="attend">Not in use</Tag>}
          {pending > 0 && <Tag tone="accent">{plural(pending, 'message')} waiting</Tag>}
          <Tag>{KIND_WORDS[kind].name}</Tag>
        </span>
      }
    >
      <div className="stack">
        <Facts channel={channel} />
        {lastError !== null && (
          <p className="attend wrap-anywhere small">
            <strong>The last failure:</strong> {lastError}
          </p>
        )}
        <div aria-live="polite" className="contents">
          {test.error !== null && <ProblemNote error={test.error} />}
          {test.data !== undefined && !test.isPending && <TestResult {...test.data} />}
        </div>
        <div className="row" style={{ '--gap': '0.5rem' }}>
          <Button compact icon="play" busy={test.isPending} onClick={() => test.mutate()}>
            Send a test
          </Button>
          <ButtonLink
            compact
            to="/settings"
            search={{ part: 'channels', open: id }}
            resetScroll={false}
          >
            Edit…
          </ButtonLink>
          <Button compact onClick={() => setDeleting(true)}>
            Delete…
          </Button>
        </div>
      </div>
      {deleting && <DeleteChannel channel={channel} close={() => setDeleting(false)} />}
    </Card>
  );
}
