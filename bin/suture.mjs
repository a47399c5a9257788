// Plain JavaScript that any Node can parse: it has to be able to say that Node is too old.
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `suture: needs Node 22.18 or newer, this is ${process.versions.node}. ` +
      "Run 'npm run setup' in the checkout (it brings its own Node), or install a newer one.\n",
  );
  process.exit(2);
}
// Half of a scan's time would be compiling. The cache is not where Node would put it, below the
// temporary folder: there another user could leave compiled code for us to run. Where there is no
// home, or it cannot be written to, nothing is kept and all else is the same.
const home = homedir();
if (process.env.NODE_COMPILE_CACHE) enableCompileCache();
else if (existsSync(home)) {
  enableCompileCache(
    join(process.env.XDG_CACHE_HOME || join(home, '.cache'), 'suture', 'compiled'),
  );
}
const { main } = await import('../src/main.ts');
await main(process.argv.slice(2));
