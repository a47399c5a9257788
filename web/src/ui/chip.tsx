import { Icon } from './icon.tsx';

/** A filter that is on, with a way to take it off. */
export function Chip({ label, remove }: { label: string; remove: () => void }) {
  return (
    <span className="chip">
      <span className="ellipsis">{label}</span>
      <button type="button" aria-label={`Remove filter ${label}`} onClick={remove}>
        <Icon name="close" />
      </button>
    </span>
  );
}
