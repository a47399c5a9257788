import { expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };

// A shell remembers where it found `node`: after set-up it would still start the machine's own.
it.each(Object.entries(manifest.scripts).filter(([, line]) => /setup\.mjs[^&]*&&/.test(line)))(
  'npm run %s leaves the Node that ran set-up behind',
  (_, line) => {
    expect(line.split(/setup\.mjs[^&]*&&/)[1]).not.toMatch(/(^|&&)\s*node\s/);
  },
);
