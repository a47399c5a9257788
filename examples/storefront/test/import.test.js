'use strict';

const assert = require('node:assert');
const { fork } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, describe, it } = require('node:test');

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'import-'));
const from = path.join(directory, 'list.csv');
fs.writeFileSync(from, 'id,name,category,price,tags\nmug, Mug ,kitchen,14.5,coffee tea\npen,Pen,desk,28\n\n');
after(() => fs.rmSync(directory, { recursive: true }));

async function run(...args) {
  const child = fork(path.join(__dirname, '../bin/import-catalogue.js'), args, { silent: true });
  const texts = { stdout: '', stderr: '' };
  for (const name of Object.keys(texts)) {
    child[name].setEncoding('utf8').on('data', (text) => {
      texts[name] += text;
    });
  }
  const [code] = await once(child, 'close');
  return { code, ...texts };
}

describe('import-catalogue', () => {
  it('prints what it would write', async () => {
    const { code, stdout, stderr } = await run('--from', from, '--dry-run');
    assert.equal(code, 0);
    assert.match(stderr, /2 products/);
    const products = JSON.parse(stdout);
    assert.deepEqual(products[0], { id: 'mug', name: 'Mug', category: 'kitchen', price: 1450, tags: ['coffee', 'tea'] });
    assert.equal(products.length, 2);
  });

  it('writes a category', async () => {
    const to = path.join(directory, 'products.json');
    await run(`--from=${from}`, '--to', to, '--category', 'desk');
    assert.deepEqual(JSON.parse(fs.readFileSync(to, 'utf8')).map(({ id }) => id), ['pen']);
  });

  it('explains itself without arguments', async () => {
    const { code, stderr } = await run();
    assert.notEqual(code, 0);
    assert.match(stderr, /Usage: .* --from FILE\.csv/);
  });
});
