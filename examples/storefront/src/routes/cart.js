'use strict';

const crypto = require('crypto');
const express = require('express');
const { setQuantity, totals } = require('../cart');
const { confirmation } = require('../confirmation');

const router = express.Router();

router.get('/', (request, response) => {
  response.json(totals(request.session.cart, request.app.locals.catalogue));
});

router.put('/:id', (request, response, next) => {
  const { catalogue } = request.app.locals;
  const product = catalogue.find(request.params.id);
  if (!product) return next();
  const cart = setQuantity(request.session.cart, product, Number(request.body.quantity));
  response.keepSession({ ...request.session, cart });
  response.json(totals(cart, catalogue));
});

router.post('/checkout', (request, response) => {
  const { catalogue, orders } = request.app.locals;
  const { email, cart } = request.session;
  const order = totals(cart, catalogue);
  if (!email) return response.status(401).json({ error: 'Sign in to order' });
  if (order.lines.length === 0) return response.status(400).json({ error: 'The cart is empty' });

  const number = crypto.randomBytes(4).toString('hex');
  const placed = { ...order, number, email, name: request.body.name, address: request.body.address };
  orders.set(number, placed);
  response.keepSession({ email, cart: {} });
  response.status(201).json({ number, total: order.total, confirmation: confirmation(placed) });
});

router.get('/orders/:number', (request, response, next) => {
  const order = request.app.locals.orders.get(request.params.number);
  if (!order || order.email !== request.session.email) return next();
  response.json(order);
});

module.exports = router;
