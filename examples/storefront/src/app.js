'use strict';

const crypto = require('crypto');
const os = require('os');
const path = require('path');
const compression = require('compression');
const ejs = require('ejs');
const express = require('express');
const { createAccounts } = require('./accounts');
const { loadCatalogue } = require('./catalogue');
const { createSessions } = require('./sessions');

const root = path.join(__dirname, '..');

/**
 * Builds the shop. Everything that differs between the live shop and a test comes in here:
 *
 * - `catalogue`: what is for sale (default: data/products.json)
 * - `cookieDomain`: `.storefront.example` lets the account pages on a subdomain share the session
 * - `sessionKeys`: signing keys by id, newest first; old ones stay until their sessions ran out
 * - `uploadDirectory`: where pictures of reviews are kept
 */
function createApp(options = {}) {
  const app = express();
  app.engine('ejs', ejs.renderFile);
  app.set('view engine', 'ejs');
  app.set('views', path.join(root, 'views'));

  app.locals.catalogue = options.catalogue || loadCatalogue(path.join(root, 'data'));
  app.locals.accounts = createAccounts();
  app.locals.orders = new Map();
  app.locals.uploadDirectory =
    options.uploadDirectory || path.join(os.tmpdir(), 'storefront-uploads');

  const sessions = createSessions({
    keys: options.sessionKeys || { [crypto.randomUUID()]: crypto.randomBytes(32).toString('hex') },
    domain: options.cookieDomain,
  });

  app.use(compression({ threshold: 256 }));
  app.use('/static', express.static(path.join(root, 'public')));
  app.use(express.json());
  app.use(express.urlencoded({ extended: true }));
  app.use(sessions.middleware);

  app.use('/', require('./routes/shop'));
  app.use('/cart', require('./routes/cart'));
  app.use('/account', require('./routes/account'));
  app.use('/reviews', require('./routes/reviews'));
  app.use('/status', require('./routes/status'));

  app.use((request, response) => {
    response.status(404).render('message', { title: 'Not found', text: 'There is no such page.' });
  });
  app.use((error, request, response, next) => {
    const status = error.status || 500;
    if (response.headersSent) return next(error);
    response.status(status).json({ error: status < 500 ? error.message : 'Something went wrong' });
  });
  return app;
}

module.exports = { createApp };
