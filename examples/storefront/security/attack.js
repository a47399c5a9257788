'use strict';

const { createApp } = require('../src/app');

/**
 * Runs an attack against a shop on loopback and tells by the exit code whether it worked: 0 when
 * it did, 1 when it did not. Anything that goes wrong on the way is no success.
 *
 * @param {(shop: { url: string, app: import('express').Express, options: object }) => Promise<boolean>} succeeds
 */
function attack(succeeds, options) {
  const app = createApp(options);
  const server = app.listen(0, '127.0.0.1', async () => {
    let worked = false;
    try {
      worked = await succeeds({ url: `http://127.0.0.1:${server.address().port}`, app });
    } catch (error) {
      console.error(error.message);
    }
    console.log(worked ? 'the attack worked' : 'the attack did not work');
    process.exit(worked ? 0 : 1);
  });
}

module.exports = { attack };
