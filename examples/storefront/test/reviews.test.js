'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, describe, it } = require('node:test');
const request = require('supertest');
const { createApp } = require('../src/app');

const uploadDirectory = fs.mkdtempSync(path.join(os.tmpdir(), 'reviews-'));
const app = createApp({ uploadDirectory });
after(() => fs.rmSync(uploadDirectory, { recursive: true }));

const png = Buffer.from('89504e470d0a1a0a', 'hex');

describe('reviews', () => {
  it('take stars and words', async () => {
    await request(app).post('/reviews/mug').field('stars', '5').field('text', 'Keeps warm – très bien').expect(201);
    const { body } = await request(app).get('/reviews/mug').expect(200);
    assert.deepEqual(body, [{ product: 'mug', stars: 5, text: 'Keeps warm – très bien' }]);
  });

  it('take a picture and show it', async () => {
    const { body } = await request(app)
      .post('/reviews/pen')
      .field('stars', '4')
      .attach('picture', png, { filename: '../My Pen.PNG', contentType: 'image/png' })
      .expect(201);
    assert.match(body.picture, /^\d+\.png$/);
    const picture = await request(app).get(`/reviews/pictures/${body.picture}`).expect(200);
    assert.equal(picture.headers['content-type'], 'image/png');
    assert.deepEqual(picture.body, png);
  });

  it('ignore a file that is no picture', async () => {
    const { body } = await request(app)
      .post('/reviews/lamp')
      .field('stars', '1')
      .attach('picture', Buffer.from('#!/bin/sh'), { filename: 'run.sh', contentType: 'text/x-sh' })
      .expect(201);
    assert.equal(body.picture, undefined);
  });

  it('refuse a picture that is too large', async () => {
    await request(app)
      .post('/reviews/lamp')
      .field('stars', '1')
      .attach('picture', Buffer.alloc(300 * 1024), { filename: 'big.png', contentType: 'image/png' })
      .expect(413);
  });

  it('refuse 6 stars and unknown products', async () => {
    await request(app).post('/reviews/mug').field('stars', '6').expect(400);
    await request(app).post('/reviews/unicorn').field('stars', '3').expect(404);
  });

  it('show no other files', async () => {
    await request(app).get('/reviews/pictures/..%2f..%2fetc%2fpasswd').expect((response) => {
      assert.ok(response.status === 403 || response.status === 404);
    });
  });
});
