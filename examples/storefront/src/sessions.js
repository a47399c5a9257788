'use strict';

const cookie = require('cookie');
const jwt = require('jsonwebtoken');

const NAME = 'session';
const SECONDS = 60 * 60 * 24;

/**
 * Sessions that live in a signed cookie: `{ email?, cart }`.
 *
 * @param {{ keys: Record<string, string>, domain?: string }} options signing keys by id, newest
 *   first. A token says in its header which key it was signed with, so keys can be replaced while
 *   shoppers stay signed in.
 */
function createSessions({ keys, domain }) {
  const [newest] = Object.keys(keys);

  function read(header) {
    const token = cookie.parse(header || '')[NAME];
    if (!token) return { cart: {} };
    const decoded = jwt.decode(token, { complete: true });
    if (!decoded) return { cart: {} };
    try {
      const { email, cart } = jwt.verify(token, keys[decoded.header.kid]);
      return { email, cart: cart || {} };
    } catch {
      return { cart: {} };
    }
  }

  function write({ email, cart }) {
    const token = jwt.sign({ email, cart }, keys[newest], { keyid: newest, expiresIn: SECONDS });
    return cookie.serialize(NAME, token, {
      httpOnly: true,
      maxAge: SECONDS,
      path: '/',
      sameSite: 'lax',
      ...(domain ? { domain } : {}),
    });
  }

  return {
    read,
    write,
    middleware(request, response, next) {
      request.session = read(request.headers.cookie);
      response.keepSession = (session) => {
        request.session = session;
        response.setHeader('Set-Cookie', write(session));
      };
      next();
    },
  };
}

module.exports = { createSessions };
