'use strict';

const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, describe, it } = require('node:test');

const script = path.join(__dirname, '..', 'bin', 'import-catalogue.js');
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'import-'));
const from = path.join(directory, 'list.csv');
fs.writeFileSync(from, 'id,name,category,price,tags\nmug, Mug ,kitchen,14.5,coffee tea\npen,Pen,desk,28\n\n');
after(() => fs.rmSync(directory, { recursive: true }));

const run = (...args) => execFileSync(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });

describe('import-catalogue', () => {
  it('prints what it would write', () => {
    const products = JSON.parse(run('--from', from, '--dry-run').toString());
    assert.deepEqual(products[0], { id: 'mug', name: 'Mug', category: 'kitchen', price: 1450, tags: ['coffee', 'tea'] });
    assert.equal(products.length, 2);
  });

  it('writes a category', () => {
    const to = path.join(directory, 'products.json');
    run(`--from=${from}`, '--to', to, '--category', 'desk');
    assert.deepEqual(JSON.parse(fs.readFileSync(to, 'utf8')).map(({ id }) => id), ['pen']);
  });

  it('explains itself without arguments', () => {
    assert.throws(() => run(), /--from/);
  });
});
