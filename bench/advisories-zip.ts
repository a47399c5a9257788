/**
 * Reading a zip of many small records: yauzl with a stream per entry (its documented way) beside
 * our windows with yauzl's directory. `node bench/advisories-zip.ts FILE.zip`
 */
import { openPromise } from 'yauzl';
import { zipEntries } from '../src/plugins/feeds/formats/zip-entries.ts';

const [path] = process.argv.slice(2);
if (path === undefined) {
  console.error('usage: node bench/advisories-zip.ts FILE.zip');
  process.exit(2);
}

async function streams(path: string): Promise<{ files: number; bytes: number }> {
  let files = 0;
  let bytes = 0;
  const zip = await openPromise(path);
  for await (const entry of zip.eachEntry()) {
    const stream = await zip.openReadStreamPromise(entry);
    const chunks: Buffer[] = [];
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
    bytes += Buffer.concat(chunks).length;
    files += 1;
  }
  return { files, bytes };
}

async function windows(path: string): Promise<{ files: number; bytes: number }> {
  let files = 0;
  let bytes = 0;
  for await (const { content } of zipEntries({ origin: path, path }, () => true, console.error)) {
    bytes += content.length;
    files += 1;
  }
  return { files, bytes };
}

const seconds: number[] = [];
for (const [name, read] of Object.entries({ streams, windows })) {
  const started = performance.now();
  const { files, bytes } = await read(path);
  const took = (performance.now() - started) / 1000;
  seconds.push(took);
  console.log(
    `${name.padEnd(8)} ${took.toFixed(2)} s for ${files} files, ${(bytes / 1e6).toFixed(0)} MB`,
  );
}
const [baseline = 0, ours = 1] = seconds;
console.log(`windows are ${(baseline / ours).toFixed(1)}× as fast`);
