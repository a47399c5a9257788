/** Serves the built page over a made-up world, to look at: `node test/page/mock/main.ts [PORT]`. */
import { pretend } from './server.ts';
import { makeWorld } from './world.ts';

const server = await pretend(makeWorld(), { port: Number(process.argv[2] ?? 4871) });
process.stdout.write(`${server.url}\n`);
