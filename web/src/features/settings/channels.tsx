import { useEffect } from 'react';
import { useMay } from '../../api/session.ts';
import { usePaged } from '../../api/use-paged.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { LoadFailed } from '../../ui/problem.tsx';
import { Loading } from '../../ui/skeleton.tsx';
import { ChannelCard } from './channel-card.tsx';
import { EditChannel } from './edit-channel.tsx';
import { channelsQuery } from './queries.ts';
import { NotForYou } from './takes-role.tsx';

/** Where people are told, and whether that works. */
export function Channels({ open, close }: { open: string | undefined; close: () => void }) {
  const may = useMay('administer');
  return may ? (
    <ChannelList open={open} close={close} />
  ) : (
    <NotForYou what="channels" permission="administer" />
  );
}

function ChannelList({ open, close }: { open: string | undefined; close: () => void }) {
  const { items, error, loading, hasMore, more, refresh } = usePaged(channelsQuery);
  const opened = items.find(({ id }) => id === open);
  const missing = open !== undefined && open !== 'new' && opened === undefined;
  useEffect(() => {
    if (missing && hasMore && !loading) more();
  }, [missing, hasMore, loading, more]);
  const add = (
    <ButtonLink
      to="/settings"
      search={{ part: 'channels', open: 'new' }}
      resetScroll={false}
      look="primary"
      icon="plus"
    >
      Add a channel
    </ButtonLink>
  );
  return (
    <div className="stack">
      {error !== null && <LoadFailed error={error} again={refresh} />}
      {loading && items.length === 0 && <Loading what="the channels" />}
      {!loading && error === null && items.length === 0 && (
        <div className="card">
          <Empty icon="upload" title="Nobody is told anything yet">
            <p className="soft">
              With a channel, people learn what needs them without looking here: by e-mail, Slack,
              Microsoft Teams or a signed webhook.
            </p>
            {add}
          </Empty>
        </div>
      )}
      {items.length > 0 && (
        <>
          <div className="row apart">
            <p className="soft">What needs somebody now is sent at once, the rest in digests.</p>
            {add}
          </div>
          <div className="channels">
            {items.map((channel) => (
              <ChannelCard key={channel.id} channel={channel} />
            ))}
          </div>
        </>
      )}
      {hasMore && (
        <div>
          <Button compact busy={loading} onClick={more}>
            More
          </Button>
        </div>
      )}
      {open === 'new' && <EditChannel channel={undefined} close={close} />}
      {opened !== undefined && <EditChannel key={opened.id} channel={opened} close={close} />}
    </div>
  );
}
