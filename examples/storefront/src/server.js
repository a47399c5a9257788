'use strict';

const { createApp } = require('./app');

const port = Number(process.env.PORT || 8080);

createApp({
  cookieDomain: process.env.COOKIE_DOMAIN,
  sessionKeys: process.env.SESSION_KEYS && JSON.parse(process.env.SESSION_KEYS),
  uploadDirectory: process.env.UPLOAD_DIRECTORY,
}).listen(port, () => {
  console.log(`storefront listens on port ${port}`);
});
