import type { Role } from '../../api/types.ts';
import { Choice } from '../../ui/field.tsx';
import { sentence } from '../../ui/format.ts';
import { ROLE_MEANS, ROLES } from './role-words.ts';

/** Roles to tick, each with what it is for. */
export function RoleFields({
  roles,
  wrong,
  change,
}: {
  roles: readonly Role[];
  wrong?: string;
  change: (roles: Role[]) => void;
}) {
  return (
    <fieldset aria-describedby={wrong ? 'roles-wrong' : undefined}>
      <legend>Roles</legend>
      {ROLES.map((role) => (
        <Choice
          key={role}
          checked={roles.includes(role)}
          label={
            <>
              {sentence(role)} <span className="soft small">{ROLE_MEANS[role]}</span>
            </>
          }
          onChange={({ target }) =>
            change(
              ROLES.filter((other) => (other === role ? target.checked : roles.includes(other))),
            )
          }
        />
      ))}
      {wrong && (
        <div className="field">
          <span className="wrong" id="roles-wrong">
            {wrong}
          </span>
        </div>
      )}
    </fieldset>
  );
}
