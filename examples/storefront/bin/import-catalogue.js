#!/usr/bin/env node
'use strict';

// Turns a supplier's price list (CSV: id,name,category,price,tags) into data/products.json.
const fs = require('fs');
const optimist = require('optimist');

const { argv } = optimist
  .usage('Usage: $0 --from FILE.csv [--to data/products.json] [--category NAME] [--dry-run]')
  .demand('from')
  .default('to', 'data/products.json')
  .boolean('dry-run');

const products = fs
  .readFileSync(argv.from, 'utf8')
  .split(/\r?\n/)
  .slice(1)
  .filter((line) => line.trim() !== '')
  .map((line) => {
    const [id, name, category, price, tags = ''] = line.split(',').map((cell) => cell.trim());
    return { id, name, category, price: Math.round(Number(price) * 100), tags: tags.split(' ').filter(Boolean) };
  })
  .filter((product) => !argv.category || product.category === argv.category);

const text = `${JSON.stringify(products, null, 2)}\n`;
if (argv['dry-run']) process.stdout.write(text);
else fs.writeFileSync(argv.to, text);
console.error(`${products.length} products`);
