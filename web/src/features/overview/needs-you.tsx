import type { Schemas } from '../../api/types.ts';
import { Empty } from '../../ui/empty.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { InternalLink } from '../../ui/internal-link.tsx';
import { Card } from '../../ui/page.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';

const ICONS: Readonly<Record<Schemas['NeedsYou']['kind'], IconName>> = {
  approval: 'change',
  exception: 'clock',
  'policy-review': 'policy',
  'failed-run': 'refresh',
  'first-steps': 'plus',
};

/** What waits for whoever is signed in, most urgent first. */
export function NeedsYou({ items }: { items: readonly Schemas['NeedsYou'][] }) {
  return (
    <Card title="Needs you" flush aside={items.length > 0 ? items.length : undefined}>
      {items.length === 0 ? (
        <Empty title="Nothing waits for you">
          <p className="soft">What needs a person shows up here, and in your channels.</p>
        </Empty>
      ) : (
        <ul className="lines tall">
          {items.map(({ kind, title, detail, link, since, urgent }) => (
            <li key={`${kind} ${link}`} className="line">
              <Icon name={ICONS[kind]} className={urgent ? 'act' : 'faint'} />
              <div className="ellipsis-block">
                <InternalLink path={link} className="stretched">
                  {title}
                </InternalLink>
                <div className="soft small wrap-anywhere">{detail}</div>
              </div>
              <div className="end">
                {urgent && <Tag tone="act">Urgent</Tag>}
                {since !== null && <Time at={since} className="faint small" />}
              </div>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
