import { createLink } from '@tanstack/react-router';
import type { ComponentProps } from 'react';

function Anchor({
  active,
  'aria-current': _guessed,
  ...rest
}: ComponentProps<'a'> & { active: boolean }) {
  return <a {...rest} aria-current={active ? 'page' : undefined} />;
}

/**
 * A link to a part of the same page: whoever draws it knows which part is shown. The router would
 * guess it from the address, and takes `?band=act` before and after it is read for two.
 */
export const PartLink = createLink(Anchor);
