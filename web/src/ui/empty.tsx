import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

/** Where there is nothing: why, and what to do next. */
export function Empty({
  icon = 'check',
  title,
  children,
}: {
  icon?: IconName;
  title: string;
  children?: ReactNode;
}) {
  return (
    <div className="empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {children}
    </div>
  );
}
