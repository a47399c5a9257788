'use strict';

const assert = require('node:assert');
const { describe, it } = require('node:test');
const jwt = require('jsonwebtoken');
const request = require('supertest');
const { createApp } = require('../src/app');
const { createSessions } = require('../src/sessions');

const ada = { email: 'ada@example.com', password: 'correct horse' };
const key = 'k'.repeat(64);

const registered = async (options) => {
  const agent = request.agent(createApp(options));
  await agent.post('/account/register').send(ada).expect(201);
  return agent;
};

describe('accounts', () => {
  it('registers once', async () => {
    const agent = await registered();
    await agent.post('/account/register').send(ada).expect(400, /already/);
  });

  it('refuses a poor address or password', async () => {
    const agent = request(createApp());
    await agent.post('/account/register').send({ email: 'nobody', password: ada.password }).expect(400);
    await agent.post('/account/register').send({ email: ada.email, password: 'short' }).expect(400);
  });

  it('refuses a wrong password', async () => {
    const agent = await registered();
    await agent.post('/account/sign-in').send({ ...ada, password: 'guess' }).expect(401);
    await agent.get('/account').expect(401);
  });

  it('signs in and out', async () => {
    const agent = await registered();
    await agent.post('/account/sign-in').send(ada).expect(303).expect('Location', '/account');
    const { body } = await agent.get('/account').expect(200);
    assert.equal(body.email, ada.email);
    await agent.post('/account/sign-out').expect(303).expect('Location', '/');
    await agent.get('/account').expect(401);
  });

  it('goes back to where the shopper was, but never to another site', async () => {
    const agent = await registered();
    const goes = async (next) => (await agent.post('/account/sign-in').send({ ...ada, next })).headers.location;
    assert.equal(await goes('/products/mug'), '/products/mug');
    assert.equal(await goes('//evil.example'), '/account');
    assert.equal(await goes('/\\evil.example'), '/account');
    assert.equal(await goes('https://evil.example'), '/account');
  });
});

describe('preferences', () => {
  const signedIn = async () => {
    const agent = await registered();
    await agent.post('/account/sign-in').send(ada).expect(303);
    return agent;
  };

  it('start at the shop\'s defaults', async () => {
    const { body } = await (await signedIn()).get('/account').expect(200);
    assert.deepEqual(body.preferences, {
      currency: 'EUR',
      newsletter: false,
      notifications: { orders: true, offers: false },
    });
  });

  it('change in part, and stay', async () => {
    const agent = await signedIn();
    await agent.patch('/account/preferences').send({ notifications: { offers: true } }).expect(200);
    const { body } = await agent.patch('/account/preferences').send({ currency: 'GBP' }).expect(200);
    assert.deepEqual(body, {
      currency: 'GBP',
      newsletter: false,
      notifications: { orders: true, offers: true },
    });
  });

  it('of one shopper are not those of another', async () => {
    const app = createApp();
    for (const email of ['ada@example.com', 'bob@example.com']) {
      await request(app).post('/account/register').send({ ...ada, email });
    }
    const agent = request.agent(app);
    await agent.post('/account/sign-in').send(ada);
    await agent.patch('/account/preferences').send({ notifications: { offers: true } }).expect(200);
    assert.equal(app.locals.accounts.preferences('bob@example.com').notifications.offers, false);
  });
});

describe('sessions', () => {
  const session = (sessions) => sessions.write({ email: ada.email, cart: { mug: 1 } });

  it('survive a round trip', () => {
    const sessions = createSessions({ keys: { a: key } });
    assert.deepEqual(sessions.read(session(sessions)), { email: ada.email, cart: { mug: 1 } });
  });

  it('are out of reach of scripts and other sites', () => {
    const header = session(createSessions({ keys: { a: key } }));
    for (const part of [/HttpOnly/, /SameSite=Lax/i, /Path=\//, /Max-Age=86400/]) assert.match(header, part);
    assert.doesNotMatch(header, /Domain/);
  });

  it('are shared by all subdomains of the shop', async () => {
    const agent = await registered({ cookieDomain: '.storefront.example' });
    const { headers } = await agent.post('/account/sign-in').send(ada).expect(303);
    assert.match(headers['set-cookie'][0], /Domain=\.?storefront\.example/);
  });

  it('outlive a change of keys', () => {
    const header = session(createSessions({ keys: { a: key } }));
    const rotated = createSessions({ keys: { b: 'n'.repeat(64), a: key } });
    assert.equal(rotated.read(header).email, ada.email);
  });

  it('end when their key is retired', () => {
    const header = session(createSessions({ keys: { a: key } }));
    assert.deepEqual(createSessions({ keys: { b: 'n'.repeat(64) } }).read(header), { cart: {} });
  });

  it('cannot be signed by someone else', () => {
    const token = jwt.sign({ email: ada.email }, 'x'.repeat(64), { keyid: 'a' });
    assert.deepEqual(createSessions({ keys: { a: key } }).read(`session=${token}`), { cart: {} });
  });

  it('run out', () => {
    const token = jwt.sign({ email: ada.email }, key, { keyid: 'a', expiresIn: -1 });
    assert.deepEqual(createSessions({ keys: { a: key } }).read(`session=${token}`), { cart: {} });
  });

  it('are empty without a cookie, or with nonsense in it', () => {
    const sessions = createSessions({ keys: { a: key } });
    assert.deepEqual(sessions.read(undefined), { cart: {} });
    assert.deepEqual(sessions.read('session=nonsense; other=%'), { cart: {} });
  });
});
