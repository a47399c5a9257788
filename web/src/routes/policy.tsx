import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
// oxlint-disable-next-line import/no-unassigned-import -- styles are their own effect
import '../features/policy/policy.css';
import { activePolicyQuery, policyVersionQuery } from '../features/policy/queries.ts';
import { VersionTag } from '../features/policy/version-card.tsx';
import { Versions } from '../features/policy/versions.tsx';
import { Workbench } from '../features/policy/workbench.tsx';
import { Page } from '../ui/page.tsx';
import { PartLink } from '../ui/part-link.tsx';
import { LoadFailed } from '../ui/problem.tsx';
import { Loading } from '../ui/skeleton.tsx';
import { Tabs } from '../ui/tabs.tsx';

const route = getRouteApi('/shell/policy');

/** Who decides what, and when: to read, edit, simulate, and bring into force. */
export function Policy() {
  const { part, version: number } = route.useSearch();
  const active = useQuery(activePolicyQuery);
  const other = useQuery({ ...policyVersionQuery(number ?? 0), enabled: number !== undefined });
  const version = number === undefined ? active.data : other.data;
  const error = active.error ?? other.error;
  return (
    <Page
      title="Policy"
      wide
      below={
        version !== undefined && (
          <span className="row">
            <span className="soft">Version {version.number}</span>
            <VersionTag state={version.state} />
            {version.state !== 'active' && (
              <Link to="/policy" search={{}} className="small">
                The one in force
              </Link>
            )}
          </span>
        )
      }
    >
      <Tabs label="Parts of the policy">
        {(
          [
            [undefined, 'Document'],
            ['difference', 'Difference'],
            ['simulation', 'Simulation'],
            ['versions', 'Versions'],
          ] as const
        ).map(([value, label]) => (
          <PartLink
            key={label}
            from="/policy"
            to="/policy"
            search={(before) => ({ ...before, part: value })}
            active={part === value}
          >
            {label}
          </PartLink>
        ))}
      </Tabs>
      {part === 'versions' && <Versions />}
      {part !== 'versions' && error !== null && (
        <LoadFailed
          error={error}
          again={() => void Promise.all([active.refetch(), other.refetch()])}
        />
      )}
      {part !== 'versions' &&
        error === null &&
        (version === undefined || active.data === undefined) && <Loading what="the policy" />}
      {part !== 'versions' && version !== undefined && active.data !== undefined && (
        <Workbench
          key={version.number}
          version={version}
          inForce={active.data.document}
          part={part}
        />
      )}
    </Page>
  );
}
