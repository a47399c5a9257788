import { useMay } from '../../api/session.ts';
import type { Schemas } from '../../api/types.ts';
import { usePaged } from '../../api/use-paged.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { plural } from '../../ui/format.ts';
import { InternalLink } from '../../ui/internal-link.tsx';
import { PagedTable } from '../../ui/paged-table.tsx';
import { Tag, type Tone } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import type { Column } from '../../ui/virtual-table.tsx';
import { notificationLabel } from './channel-words.ts';
import { notificationsQuery } from './queries.ts';
import { NotForYou } from './takes-role.tsx';

type Told = Schemas['Notification'];
type Delivery = Told['deliveries'][number];

const STATES: Readonly<Record<Delivery['state'], { word: string; tone: Tone }>> = {
  pending: { word: 'waits', tone: 'accent' },
  sending: { word: 'being sent', tone: 'accent' },
  sent: { word: 'sent', tone: 'good' },
  refused: { word: 'refused', tone: 'act' },
};

function DeliveryLine({ delivery }: { delivery: Delivery }) {
  const { channel, recipient, state, attempts, sentAt, error } = delivery;
  const { word, tone } = STATES[state];
  const tries = state !== 'sent' && attempts > 0 ? `, ${plural(attempts, 'attempt')}` : '';
  return (
    <li>
      <span className="row" style={{ '--gap': '0.15rem 0.5rem' }}>
        <span className="wrap-anywhere">
          {channel}
          {recipient !== undefined && <span className="soft"> to {recipient}</span>}
        </span>
        <Tag tone={tone}>
          {word}
          {tries}
        </Tag>
        {sentAt !== null && <Time at={sentAt} className="faint small" />}
      </span>
      {error !== null && state !== 'sent' && (
        <span className="attend small wrap-anywhere">{error}</span>
      )}
    </li>
  );
}

const COLUMNS: readonly Column<Told>[] = [
  {
    name: 'What',
    width: 'minmax(0, 1.3fr)',
    className: 'main',
    cell: ({ title, link, kind }) => (
      <div className="two-lines">
        <InternalLink path={link} className="told-title">
          {title}
        </InternalLink>
        <span className="faint small">{notificationLabel(kind)}</span>
      </div>
    ),
  },
  {
    name: 'To',
    width: 'minmax(0, 1.2fr)',
    cell: ({ deliveries }) =>
      deliveries.length === 0 ? (
        <span className="faint">no channel takes this</span>
      ) : (
        <ul className="deliveries">
          {deliveries.map((delivery) => (
            <DeliveryLine
              key={`${delivery.channel} ${delivery.recipient ?? ''}`}
              delivery={delivery}
            />
          ))}
        </ul>
      ),
  },
  {
    name: 'When',
    width: '8rem',
    cell: ({ createdAt }) => <Time at={createdAt} className="soft" />,
  },
];

/** What was told to whom, and whether it arrived. */
export function Notifications() {
  const may = useMay('administer');
  return may ? <ToldList /> : <NotForYou what="what was told" permission="administer" />;
}

function ToldList() {
  const paged = usePaged(notificationsQuery);
  return (
    <PagedTable
      label="Notifications"
      paged={paged}
      columns={COLUMNS}
      keyOf={({ id }) => id}
      rowHeight={64}
      empty={
        <Empty icon="clock" title="Nothing was told yet">
          <p className="soft">
            Approvals, deadlines and what went wrong appear here with each delivery.
          </p>
          <ButtonLink to="/settings" search={{ part: 'channels' }}>
            See the channels
          </ButtonLink>
        </Empty>
      }
    />
  );
}
