'use strict';

const express = require('express');
const system = require('systeminformation');

const router = express.Router();

router.get('/', async (request, response, next) => {
  try {
    const memory = await system.mem();
    response.json({ ok: true, memory: { total: memory.total, available: memory.available } });
  } catch (error) {
    next(error);
  }
});

/** Whether the services beside the shop run: `/status/services?names=nginx,postgres`. */
router.get('/services', async (request, response, next) => {
  try {
    const services = await system.services(request.query.names || 'node');
    response.json(services.map(({ name, running }) => ({ name, running })));
  } catch (error) {
    next(error);
  }
});

module.exports = router;
