'use strict';

const _ = require('lodash');

const MAX_QUANTITY = 20;
const FREE_SHIPPING_FROM = 5000;
const SHIPPING = 490;

/** A cart is a plain `{ <product id>: quantity }`, so that it fits into a session. */
function setQuantity(cart, product, quantity) {
  if (!Number.isInteger(quantity) || quantity < 0 || quantity > MAX_QUANTITY) {
    const error = new Error(`Quantity must be a whole number from 0 to ${MAX_QUANTITY}`);
    error.status = 400;
    throw error;
  }
  const rest = _.pickBy(cart, (count, id) => id !== product.id);
  return quantity === 0 ? rest : { ...rest, [product.id]: quantity };
}

/** Lines and totals, in cents. Products that are no longer sold fall out. */
function totals(cart, catalogue) {
  const lines = _.compact(
    _.map(cart, (quantity, id) => {
      const product = catalogue.find(id);
      return product && { product, quantity, amount: product.price * quantity };
    }),
  );
  const goods = _.sumBy(lines, 'amount');
  const shipping = goods === 0 || goods >= FREE_SHIPPING_FROM ? 0 : SHIPPING;
  return { lines, goods, shipping, total: goods + shipping };
}

module.exports = { setQuantity, totals, MAX_QUANTITY };
