import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A minimal /etc: the user inside, and the loopback name without a resolver. */
export const ETC_FILES: Readonly<Record<string, string>> = {
  passwd:
    'suture:x:1000:1000:suture:/tmp/home:/bin/sh\nnobody:x:65534:65534::/nonexistent:/bin/false\n',
  group: 'suture:x:1000:\nnogroup:x:65534:\n',
  hosts: '127.0.0.1 localhost suture\n::1 localhost\n',
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
};

export async function writeEtc(directory: string): Promise<void> {
  // The user that root becomes must be able to look inside.
  await chmod(directory, 0o755);
  for (const [name, text] of Object.entries(ETC_FILES))
    await writeFile(join(directory, name), text);
}
