import { useMay, useSession } from '../../api/session.ts';
import type { Permission } from '../../api/types.ts';
import { Empty } from '../../ui/empty.tsx';
import { Icon } from '../../ui/icon.tsx';
import { GIVEN_BY } from './role-words.ts';

function useRoles(): string {
  const roles = useSession()?.roles ?? [];
  return roles.length === 0 ? 'no role' : roles.join(' and ');
}

/** Instead of what whoever is signed in may not see: why, and whom to ask. */
export function NotForYou({ what, permission }: { what: string; permission: Permission }) {
  const roles = useRoles();
  return (
    <div className="card">
      <Empty icon="policy" title={`You may not see ${what}`}>
        <p className="soft">
          It takes {GIVEN_BY[permission]}; you have {roles}. An admin can give you more.
        </p>
      </Empty>
    </div>
  );
}

/** Beside what may be seen but not changed: why there are no buttons. */
export function OnlyToRead({ what, permission }: { what: string; permission: Permission }) {
  const may = useMay(permission);
  const roles = useRoles();
  if (may) return null;
  return (
    <div className="note">
      <Icon name="info" />
      <p>
        To {what} takes {GIVEN_BY[permission]}; you have {roles}.
      </p>
    </div>
  );
}
