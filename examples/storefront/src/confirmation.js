'use strict';

const fs = require('fs');
const path = require('path');
const _ = require('lodash');
const { money } = require('./money');

const text = _.template(
  fs.readFileSync(path.join(__dirname, '..', 'templates', 'confirmation.txt'), 'utf8'),
  { variable: 'order', imports: { money } },
);

/** The text of the mail that confirms an order. */
function confirmation(order) {
  return text(order);
}

module.exports = { confirmation };
