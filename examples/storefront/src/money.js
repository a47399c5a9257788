'use strict';

/** `1234` cents as `€12.34`. */
function money(cents) {
  return `€${(cents / 100).toFixed(2)}`;
}

module.exports = { money };
