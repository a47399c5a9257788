import { gzipSync } from 'node:zlib';

const BLOCK = 512;

/**
 * A gzipped ustar archive (POSIX.1-2017, pax, "ustar Interchange Format") of these files. The bytes
 * depend on nothing but the input, so that its checksum can stand in a golden: nothing is
 * compressed and the header names no time, owner or system.
 */
export function tarball(files: Readonly<Record<string, string>>): Buffer {
  const blocks: Buffer[] = [];
  for (const [path, text] of Object.entries(files)) {
    const content = Buffer.from(text);
    const padding = (BLOCK - (content.length % BLOCK)) % BLOCK;
    blocks.push(header(`package/${path}`, content.length), content, Buffer.alloc(padding));
  }
  blocks.push(Buffer.alloc(2 * BLOCK));
  const zipped = gzipSync(Buffer.concat(blocks), { level: 0 });
  // RFC 1952, section 2.3: byte 9 names the operating system; 255 is "unknown".
  zipped[9] = 255;
  return zipped;
}

function header(path: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(path, 0, 100);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\u000000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
