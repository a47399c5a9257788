'use strict';

const express = require('express');
const { descriptionHtml } = require('../description');
const { money } = require('../money');

const router = express.Router();

router.get('/', (request, response) => {
  const { catalogue } = request.app.locals;
  response.render('home', { money, categories: catalogue.byCategory() });
});

router.get('/search', (request, response) => {
  const { catalogue } = request.app.locals;
  const products = catalogue.search(request.query);
  if (request.accepts(['html', 'json']) === 'json') return response.json(products);
  // The form shows again what was asked for.
  response.render('search', { q: '', sort: 'name', ...request.query, money, products });
});

router.get('/products/:id', (request, response, next) => {
  const product = request.app.locals.catalogue.find(request.params.id);
  if (!product) return next();
  response.render('product', { money, product, html: descriptionHtml(product.description) });
});

module.exports = router;
