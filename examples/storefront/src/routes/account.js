'use strict';

const express = require('express');

const router = express.Router();

router.post('/register', (request, response) => {
  request.app.locals.accounts.register(request.body.email, request.body.password);
  response.status(201).json({ email: request.body.email });
});

router.post('/sign-in', (request, response) => {
  const { email, password, next } = request.body;
  if (!request.app.locals.accounts.signIn(email, password)) {
    return response.status(401).json({ error: 'Wrong e-mail address or password' });
  }
  response.keepSession({ ...request.session, email });
  response.redirect(303, localPath(next) || '/account');
});

router.post('/sign-out', (request, response) => {
  response.keepSession({ cart: request.session.cart });
  response.redirect(303, '/');
});

router.use((request, response, next) => {
  if (!request.session.email) return response.status(401).json({ error: 'Sign in first' });
  next();
});

router.get('/', (request, response) => {
  const { email } = request.session;
  response.json({ email, preferences: request.app.locals.accounts.preferences(email) });
});

router.patch('/preferences', (request, response) => {
  const { accounts } = request.app.locals;
  response.json(accounts.changePreferences(request.session.email, request.body));
});

/** Where to go after signing in: a path of this shop, nothing else. */
function localPath(next) {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : undefined;
}

module.exports = router;
