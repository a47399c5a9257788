// Plain JavaScript that any Node can parse: it has to be able to say that Node is too old.
import { enableCompileCache } from 'node:module';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `suture: needs Node 22.18 or newer, this is ${process.versions.node}. ` +
      "Run 'npm run setup' in the checkout (it brings its own Node), or install a newer one.\n",
  );
  process.exit(2);
}
enableCompileCache?.();
const { main } = await import('../src/main.ts');
await main(process.argv.slice(2));
