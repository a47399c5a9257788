import { createLink, type LinkComponent } from '@tanstack/react-router';
import type { ComponentProps, ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

interface Look {
  readonly look?: 'plain' | 'primary' | 'danger' | 'quiet';
  readonly icon?: IconName;
  readonly compact?: boolean;
}

function classes({ look = 'plain', compact = false }: Look, square: boolean): string {
  return ['button', look, compact ? 'compact' : '', square ? 'square' : '']
    .filter((name) => name !== '' && name !== 'plain')
    .join(' ');
}

type ButtonProps = Omit<ComponentProps<'button'>, 'className' | 'disabled'> &
  Look & {
    /** Working on it: says so, and takes no second press. */
    readonly busy?: boolean;
    /** Why it cannot be pressed; it stays reachable so that everybody can read this. */
    readonly disabledBecause?: string | undefined;
    /** Only an icon is shown; the text is for those who hear it. */
    readonly iconOnly?: boolean;
  };

export function Button({
  look,
  icon,
  compact,
  busy = false,
  disabledBecause,
  iconOnly = false,
  children,
  onClick,
  type = 'button',
  title,
  ...rest
}: ButtonProps) {
  const off = busy || disabledBecause !== undefined;
  const shown = busy ? 'spinner' : icon;
  const iconLabel = iconOnly && typeof children === 'string' ? children : undefined;
  return (
    <button
      {...rest}
      type={type === 'submit' && off ? 'button' : type}
      className={classes({ ...(look && { look }), ...(compact && { compact }) }, iconOnly)}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      title={disabledBecause ?? title ?? iconLabel}
      onClick={off ? undefined : onClick}
    >
      {shown !== undefined && <Icon name={shown} />}
      {iconOnly ? <span className="visually-hidden">{children}</span> : children}
      {disabledBecause !== undefined && (
        <span className="visually-hidden">: {disabledBecause}</span>
      )}
    </button>
  );
}

interface AnchorProps extends Look, Omit<ComponentProps<'a'>, 'className'> {
  readonly children?: ReactNode;
}

function ButtonAnchor({ look, icon, compact, children, ...rest }: AnchorProps) {
  return (
    <a {...rest} className={classes({ ...(look && { look }), ...(compact && { compact }) }, false)}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </a>
  );
}

const CreatedButtonLink = createLink(ButtonAnchor);

/** A link that looks like a button. */
export const ButtonLink: LinkComponent<typeof ButtonAnchor> = (props) => (
  <CreatedButtonLink preload="intent" {...props} />
);

/** A download or another page of the server: not a route of this page. */
export const ButtonAnchorLink = ButtonAnchor;
