'use strict';

const fs = require('fs');
const path = require('path');
const express = require('express');
const multer = require('multer');

const router = express.Router();
const reviews = new WeakMap();

const upload = multer({
  storage: multer.memoryStorage(),
  limits: { fileSize: 256 * 1024, files: 1 },
  fileFilter: (request, file, done) => done(null, /^image\/(png|jpeg|webp)$/.test(file.mimetype)),
});

const ofApp = (app) => {
  if (!reviews.has(app)) reviews.set(app, []);
  return reviews.get(app);
};

router.get('/:product', (request, response) => {
  response.json(ofApp(request.app).filter((review) => review.product === request.params.product));
});

router.post('/:product', upload.single('picture'), (request, response, next) => {
  const { catalogue, uploadDirectory } = request.app.locals;
  if (!catalogue.find(request.params.product)) return next();
  const stars = Number(request.body.stars);
  if (!(stars >= 1 && stars <= 5)) return response.status(400).json({ error: 'Give 1 to 5 stars' });

  const list = ofApp(request.app);
  const review = { product: request.params.product, stars, text: String(request.body.text || '') };
  if (request.file) {
    review.picture = `${list.length + 1}${path.extname(request.file.originalname).toLowerCase()}`;
    fs.mkdirSync(uploadDirectory, { recursive: true });
    fs.writeFileSync(path.join(uploadDirectory, review.picture), request.file.buffer);
  }
  list.push(review);
  response.status(201).json(review);
});

router.get('/pictures/:name', (request, response, next) => {
  response.sendFile(request.params.name, { root: request.app.locals.uploadDirectory }, (error) => {
    if (error) next(error.status === 404 ? undefined : error);
  });
});

router.use((error, request, response, next) => {
  next(error.code && error.code.startsWith('LIMIT_') ? Object.assign(error, { status: 413 }) : error);
});

module.exports = router;
