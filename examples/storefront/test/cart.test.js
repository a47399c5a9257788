'use strict';

const assert = require('node:assert');
const { describe, it } = require('node:test');
const request = require('supertest');
const { createApp } = require('../src/app');
const { setQuantity, totals } = require('../src/cart');
const { createCatalogue } = require('../src/catalogue');

const mug = { id: 'mug', name: 'Mug', category: 'kitchen', price: 1000, tags: [] };
const throwRug = { id: 'throw', name: 'Throw', category: 'home', price: 9000, tags: [] };
const catalogue = createCatalogue([mug, throwRug]);

describe('a cart', () => {
  it('starts empty and costs nothing', () => {
    assert.deepEqual(totals({}, catalogue), { lines: [], goods: 0, shipping: 0, total: 0 });
  });

  it('adds up lines and shipping', () => {
    const { goods, shipping, total } = totals({ mug: 3 }, catalogue);
    assert.deepEqual({ goods, shipping, total }, { goods: 3000, shipping: 490, total: 3490 });
  });

  it('ships for free from 50 euros', () => {
    assert.equal(totals({ mug: 5 }, catalogue).shipping, 0);
    assert.equal(totals({ throw: 1 }, catalogue).total, 9000);
  });

  it('drops a product at quantity 0', () => {
    assert.deepEqual(setQuantity({ mug: 2, throw: 1 }, mug, 0), { throw: 1 });
  });

  it('does not change the cart it was given', () => {
    const cart = { mug: 2 };
    setQuantity(cart, throwRug, 1);
    assert.deepEqual(cart, { mug: 2 });
  });

  it('leaves out what is no longer sold', () => {
    assert.deepEqual(totals({ gone: 2, mug: 1 }, catalogue).lines.length, 1);
  });

  for (const quantity of [-1, 1.5, 21, NaN]) {
    it(`refuses a quantity of ${quantity}`, () => {
      assert.throws(() => setQuantity({}, mug, quantity), { status: 400 });
    });
  }
});

describe('shopping', () => {
  const signedIn = async () => {
    const agent = request.agent(createApp());
    await agent.post('/account/register').send({ email: 'ada@example.com', password: 'correct horse' });
    await agent.post('/account/sign-in').send({ email: 'ada@example.com', password: 'correct horse' });
    return agent;
  };

  it('keeps the cart between requests', async () => {
    const agent = request.agent(createApp());
    await agent.put('/cart/mug').send({ quantity: 2 }).expect(200);
    await agent.put('/cart/pen').send({ quantity: 1 }).expect(200);
    const { body } = await agent.get('/cart').expect(200);
    assert.deepEqual(body.lines.map(({ product, quantity }) => [product.id, quantity]), [['mug', 2], ['pen', 1]]);
    assert.equal(body.total, 5700);
  });

  it('takes quantities from a form as well', async () => {
    const { body } = await request(createApp()).put('/cart/mug').type('form').send('quantity=3').expect(200);
    assert.equal(body.goods, 4350);
  });

  it('says what is wrong with a quantity', async () => {
    await request(createApp())
      .put('/cart/mug')
      .send({ quantity: 50 })
      .expect(400, { error: 'Quantity must be a whole number from 0 to 20' });
  });

  it('refuses JSON that is none', async () => {
    await request(createApp()).put('/cart/mug').type('json').send('{"quantity":').expect(400);
  });

  it('refuses a body that is too large', async () => {
    await request(createApp()).put('/cart/mug').send({ note: 'x'.repeat(200_000) }).expect(413);
  });

  it('knows no product that is not sold', async () => {
    await request(createApp()).put('/cart/unicorn').send({ quantity: 1 }).expect(404);
  });

  it('asks to sign in before an order', async () => {
    const agent = request.agent(createApp());
    await agent.put('/cart/mug').send({ quantity: 1 });
    await agent.post('/cart/checkout').send({}).expect(401);
  });

  it('refuses an order of nothing', async () => {
    const agent = await signedIn();
    await agent.post('/cart/checkout').send({}).expect(400, { error: 'The cart is empty' });
  });

  it('confirms an order in plain text', async () => {
    const agent = await signedIn();
    await agent.put('/cart/mug').send({ quantity: 2 });
    const { body } = await agent
      .post('/cart/checkout')
      .send({ name: "Ada O'Hara & Sons", address: '1 Analytical Row' })
      .expect(201);
    assert.equal(body.total, 3390);
    assert.match(body.confirmation, /^Dear Ada O'Hara & Sons,/);
    assert.match(body.confirmation, /2 x Stoneware mug {2}€29\.00/);
    assert.match(body.confirmation, /Shipping {2}€4\.90/);
    assert.match(body.confirmation, /It goes to 1 Analytical Row\./);
  });

  it('empties the cart after an order and shows the order to its owner only', async () => {
    const agent = await signedIn();
    await agent.put('/cart/throw').send({ quantity: 1 });
    const { body } = await agent.post('/cart/checkout').send({ name: 'Ada', address: 'Here' }).expect(201);
    assert.match(body.confirmation, /Shipping {2}free/);
    await agent.get('/cart').expect(200, { lines: [], goods: 0, shipping: 0, total: 0 });
    const order = await agent.get(`/cart/orders/${body.number}`).expect(200);
    assert.equal(order.body.total, 8900);
    await agent.post('/account/sign-out').expect(303);
    await agent.get(`/cart/orders/${body.number}`).expect(404);
  });
});
