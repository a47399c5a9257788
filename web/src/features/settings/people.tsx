import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useMay } from '../../api/session.ts';
import type { Schemas } from '../../api/types.ts';
import { usePaged } from '../../api/use-paged.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { sentence } from '../../ui/format.ts';
import { PagedTable } from '../../ui/paged-table.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import type { Column } from '../../ui/virtual-table.tsx';
import { EditPerson, isLocal } from './edit-person.tsx';
import { Invite } from './invite.tsx';
import { usersQuery } from './queries.ts';
import { NotForYou, OnlyToRead } from './takes-role.tsx';

type User = Schemas['User'];

function columns(mayEdit: boolean): readonly Column<User>[] {
  return [
    {
      name: 'Name',
      width: 'minmax(0, 1.4fr)',
      className: 'main',
      cell: ({ id, name, email }) => (
        <div className="two-lines">
          {mayEdit ? (
            <Link
              to="/settings"
              search={{ part: 'people', open: id }}
              resetScroll={false}
              className="stretched ellipsis"
            >
              {name}
            </Link>
          ) : (
            <strong className="ellipsis">{name}</strong>
          )}
          <span className="faint small ellipsis">{email ?? 'no e-mail'}</span>
        </div>
      ),
    },
    {
      name: 'Roles',
      width: 'minmax(0, 1.2fr)',
      cell: ({ roles, disabledAt }) => (
        <span className="row" style={{ '--gap': '0.35rem' }}>
          {disabledAt !== null && <Tag tone="attend">Disabled</Tag>}
          {roles.length === 0 && <span className="faint">none</span>}
          {roles.map((role) => (
            <Tag key={role} tone={role === 'admin' ? 'accent' : 'track'}>
              {sentence(role)}
            </Tag>
          ))}
        </span>
      ),
    },
    {
      name: 'Groups',
      width: 'minmax(0, 1fr)',
      className: 'narrow-off',
      cell: ({ groups }) => <span className="soft ellipsis-line">{groups.join(', ') || '–'}</span>,
    },
    {
      name: 'Signs in by',
      width: '9rem',
      className: 'narrow-off',
      cell: (user) => (
        <span className="soft ellipsis-line" title={user.issuer}>
          {isLocal(user) ? 'link' : (URL.parse(user.issuer)?.host ?? user.issuer)}
        </span>
      ),
    },
    {
      name: 'Last seen',
      width: '8rem',
      cell: ({ lastSeenAt }) =>
        lastSeenAt === null ? (
          <span className="faint">never yet</span>
        ) : (
          <Time at={lastSeenAt} className="soft" />
        ),
    },
  ];
}

const READ = columns(false);
const EDIT = columns(true);

/** Who is here, and what each may do. */
export function People({ open, close }: { open: string | undefined; close: () => void }) {
  const maySee = useMay('audit');
  return maySee ? (
    <PeopleList open={open} close={close} />
  ) : (
    <NotForYou what="who else is here" permission="audit" />
  );
}

function PeopleList({ open, close }: { open: string | undefined; close: () => void }) {
  const mayEdit = useMay('administer');
  const paged = usePaged(usersQuery);
  const { items, hasMore, loading, more } = paged;
  const wanted = mayEdit && open !== 'new' ? open : undefined;
  const opened = items.find(({ id }) => id === wanted);
  // Whom the address names may be further down.
  useEffect(() => {
    if (wanted !== undefined && opened === undefined && hasMore && !loading) more();
  }, [wanted, opened, hasMore, loading, more]);
  return (
    <div className="stack">
      <OnlyToRead what="change what people may do" permission="administer" />
      {mayEdit && (
        <div className="row apart">
          <p className="soft">Every change of access is written to the log of decisions.</p>
          <ButtonLink
            to="/settings"
            search={{ part: 'people', open: 'new' }}
            resetScroll={false}
            look="primary"
            icon="plus"
          >
            Invite
          </ButtonLink>
        </div>
      )}
      <PagedTable
        label="People"
        paged={paged}
        columns={mayEdit ? EDIT : READ}
        keyOf={({ id }) => id}
        empty={<Empty icon="person" title="Nobody is here yet" />}
      />
      {mayEdit && open === 'new' && <Invite close={close} />}
      {opened !== undefined && <EditPerson key={opened.id} user={opened} close={close} />}
    </div>
  );
}
