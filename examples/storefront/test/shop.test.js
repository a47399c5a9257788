'use strict';

const assert = require('node:assert');
const { describe, it } = require('node:test');
const request = require('supertest');
const { createApp } = require('../src/app');

const app = createApp();

describe('pages', () => {
  it('lists every category with its products', async () => {
    const { text } = await request(app).get('/').expect(200).expect('Content-Type', /html/);
    for (const heading of ['desk', 'home', 'kitchen']) assert.ok(text.includes(`<h2>${heading}</h2>`));
    assert.match(text, /<a href="\/products\/mug">Stoneware mug<\/a> €14\.50/);
  });

  it('shows a product with its description', async () => {
    const { text } = await request(app).get('/products/mug').expect(200);
    assert.match(text, /<h1>Stoneware mug<\/h1>/);
    assert.match(text, /<strong>350 ml<\/strong>/);
    assert.match(text, /<li>safe in the dishwasher<\/li>/);
    assert.match(text, /<a href="\/products\/teapot">teapot<\/a>/);
  });

  it('shows a table in a description as a table', async () => {
    const { text } = await request(app).get('/products/teapot').expect(200);
    assert.match(text, /<th>litres<\/th>/);
    assert.match(text, /<td>1\.1<\/td>/);
  });

  it('shows a product without a description', async () => {
    await request(app).get('/products/pen').expect(200, /Brass pen/);
  });

  it('has a page for what is not there', async () => {
    await request(app).get('/products/unicorn').expect(404, /There is no such page/);
    await request(app).get('/constructor').expect(404);
  });

  it('serves the style sheet, and says when it has not changed', async () => {
    const first = await request(app).get('/static/shop.css').expect(200).expect('Content-Type', /css/);
    await request(app).get('/static/shop.css').set('If-None-Match', first.headers.etag).expect(304);
  });

  it('compresses pages for those who can read them', async () => {
    const compressed = await request(app).get('/').set('Accept-Encoding', 'gzip').expect(200);
    assert.equal(compressed.headers['content-encoding'], 'gzip');
    assert.match(compressed.text, /Stoneware mug/);
    const plain = await request(app).get('/').set('Accept-Encoding', 'identity').expect(200);
    assert.equal(plain.headers['content-encoding'], undefined);
  });

  it('does not serve what is beside the public folder', async () => {
    await request(app).get('/static/../package.json').expect(404);
    const { status } = await request(app).get('/static/%2e%2e/package.json');
    assert.ok(status === 403 || status === 404);
  });
});

describe('search', () => {
  const names = async (query) => {
    const { body } = await request(app).get(`/search?${query}`).set('Accept', 'application/json').expect(200);
    return body.map((product) => product.id);
  };

  it('finds words in names and tags', async () => {
    assert.deepEqual(await names('q=tea'), ['teapot', 'mug']);
    assert.deepEqual(await names('q=oak+board'), ['board']);
  });

  it('filters by several categories', async () => {
    assert.deepEqual(await names('category[]=home&category[]=desk&q=light'), ['candle', 'lamp']);
    assert.deepEqual(await names('category=desk&q=paper'), ['notebook']);
  });

  it('filters by price', async () => {
    assert.deepEqual(await names('price[min]=20&price[max]=40'), ['pen', 'board']);
  });

  it('sorts by price, both ways', async () => {
    assert.deepEqual(await names('category=desk&sort=price'), ['notebook', 'pen', 'lamp']);
    assert.deepEqual(await names('category=desk&sort=-price'), ['lamp', 'pen', 'notebook']);
  });

  it('falls back to names for an order it does not know', async () => {
    assert.deepEqual(await names('category=desk&sort=colour'), ['pen', 'notebook', 'lamp']);
  });

  it('shows again what was asked for, escaped', async () => {
    const { text } = await request(app).get('/search?q=%3Cunicorn%3E&sort=price').set('Accept', 'text/html').expect(200);
    assert.match(text, /value="&lt;unicorn&gt;"/);
    assert.match(text, /<option selected>price<\/option>/);
    assert.match(text, /0 found/);
  });
});

describe('status', () => {
  it('says how much memory there is', async () => {
    const { body } = await request(app).get('/status').expect(200);
    assert.equal(body.ok, true);
    assert.ok(body.memory.total > 0);
  });

  it('says for each service whether it runs', async () => {
    const { body } = await request(app).get('/status/services?names=nginx,postgres').expect(200);
    assert.deepEqual(body.map(({ name }) => name).sort(), ['nginx', 'postgres']);
    for (const { running } of body) assert.equal(typeof running, 'boolean');
  });
});
