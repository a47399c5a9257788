import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

interface DisclosureProps {
  readonly label: ReactNode;
  readonly children: ReactNode;
  readonly end?: boolean;
  readonly look?: 'plain' | 'quiet';
  /** What is behind it is in effect. */
  readonly on?: boolean;
}

/** A button that opens a panel under it; Escape or a press elsewhere closes it. */
export function Disclosure({
  label,
  children,
  end = false,
  look = 'plain',
  on = false,
}: DisclosureProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event): void => {
      if (event.target instanceof Node && root.current?.contains(event.target) === false) {
        setOpen(false);
      }
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [open]);
  return (
    <div
      ref={root}
      className={on ? 'disclosure on' : 'disclosure'}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        setOpen(false);
        root.current?.querySelector('button')?.focus();
      }}
    >
      <Button look={look} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        {label}
        <Icon name="down" />
      </Button>
      {open && (
        <div id={id} className={end ? 'panel end' : 'panel'}>
          {children}
        </div>
      )}
    </div>
  );
}
