import { Link } from '@tanstack/react-router';
import { Icon } from '../ui/icon.tsx';

const lists = new Map<string, Record<string, unknown>>();

/** Keeps how a list was filtered, for the way back to it. */
export function rememberList(path: string, search: Record<string, unknown>): void {
  lists.set(path, search);
}

/** Back to a list as it was left; `u` does the same. */
export function BackTo({ path, label }: { path: string; label: string }) {
  return (
    <Link to={path} search={lists.get(path) ?? {}} className="back" data-back>
      <Icon name="left" /> {label}
    </Link>
  );
}
