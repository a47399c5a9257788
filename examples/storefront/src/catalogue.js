'use strict';

const fs = require('fs');
const path = require('path');
const _ = require('lodash');

/**
 * Products of a data directory: `products.json`, and `descriptions/<id>.md` where there is one.
 * Prices are in cents.
 */
function loadCatalogue(directory) {
  const products = JSON.parse(fs.readFileSync(path.join(directory, 'products.json'), 'utf8'));
  return createCatalogue(
    products.map((product) => ({ ...product, description: description(directory, product.id) })),
  );
}

function description(directory, id) {
  const file = path.join(directory, 'descriptions', `${id}.md`);
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
}

const orders = {
  name: (products) => _.sortBy(products, 'name'),
  price: (products) => _.sortBy(products, 'price'),
  '-price': (products) => _.orderBy(products, ['price', 'name'], ['desc', 'asc']),
};

function createCatalogue(products) {
  const byId = _.keyBy(products, 'id');

  return {
    all: () => products,
    find: (id) => (_.has(byId, id) ? byId[id] : undefined),
    categories: () => _.uniq(_.map(products, 'category')).sort(),
    byCategory: () => _.groupBy(products, 'category'),

    /**
     * @param {{ q?: string, category?: string | string[], price?: { min?: string, max?: string }, sort?: string }} filter
     *   as a query string spells it: `?q=mug&category[]=kitchen&price[max]=20`; prices in whole units
     */
    search({ q = '', category, price = {}, sort = 'name' } = {}) {
      const words = _.words(String(q).toLowerCase());
      const categories = category === undefined ? [] : _.castArray(category);
      const from = Number(price.min || 0) * 100;
      const to = price.max ? Number(price.max) * 100 : Infinity;
      const found = products.filter((product) => {
        const text = `${product.name} ${product.category} ${product.tags.join(' ')}`.toLowerCase();
        return (
          words.every((word) => text.includes(word)) &&
          (categories.length === 0 || categories.includes(product.category)) &&
          product.price >= from &&
          product.price <= to
        );
      });
      return (orders[sort] || orders.name)(found);
    },
  };
}

module.exports = { createCatalogue, loadCatalogue };
