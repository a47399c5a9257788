// oxlint-disable-next-line import/no-unassigned-import -- makes this an augmentation of the module
import 'react';

declare module 'react' {
  // The custom properties that components pass to their styles.
  interface CSSProperties {
    '--gap'?: string;
    '--share'?: string | number;
    '--from'?: string | number;
    '--to'?: string | number;
    '--columns'?: string;
  }
}
