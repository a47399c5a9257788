import type {} from 'react';

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
