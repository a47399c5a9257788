'use strict';

// The shop as a process of its own, for attacks that stop it.
const { createApp } = require('../src/app');

const server = createApp().listen(0, '127.0.0.1', () => process.send(server.address().port));
