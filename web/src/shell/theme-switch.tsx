import { Button } from '../ui/button.tsx';
import type { IconName } from '../ui/icon.tsx';
import { chooseTheme, type Theme, useTheme } from '../ui/theme.ts';

const NEXT: Readonly<Record<Theme, { next: Theme; label: string; icon: IconName }>> = {
  system: { next: 'light', label: 'Theme: as the system', icon: 'system' },
  light: { next: 'dark', label: 'Theme: light', icon: 'sun' },
  dark: { next: 'system', label: 'Theme: dark', icon: 'moon' },
};

/** Goes round: as the system, light, dark. */
export function ThemeSwitch() {
  const { next, label, icon } = NEXT[useTheme()];
  return (
    <Button look="quiet" compact icon={icon} onClick={() => chooseTheme(next)}>
      {label}
    </Button>
  );
}
