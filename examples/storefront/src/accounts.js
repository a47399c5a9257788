'use strict';

const crypto = require('crypto');
const _ = require('lodash');

const defaultPreferences = {
  currency: 'EUR',
  newsletter: false,
  notifications: { orders: true, offers: false },
};

const hash = (password, salt) => crypto.scryptSync(password, salt, 32, { N: 1024 }).toString('hex');

/** Accounts live in memory: this shop is an example, and forgets everyone when it stops. */
function createAccounts() {
  const accounts = new Map();

  return {
    register(email, password) {
      if (!/^[^@\s]+@[^@\s]+$/.test(email || '')) throw refused('That is not an e-mail address');
      if (String(password || '').length < 8) throw refused('A password has 8 characters or more');
      if (accounts.has(email)) throw refused('There is an account with that address already');
      const salt = crypto.randomBytes(16).toString('hex');
      accounts.set(email, { email, salt, password: hash(password, salt), preferences: {} });
    },

    signIn(email, password) {
      const account = accounts.get(email);
      return account !== undefined && account.password === hash(String(password), account.salt);
    },

    preferences: (email) => _.merge({}, defaultPreferences, account(email).preferences),

    /** Takes any part of the preferences and leaves the rest as it was. */
    changePreferences(email, changes) {
      _.merge(account(email).preferences, changes);
      return this.preferences(email);
    },
  };

  function account(email) {
    const found = accounts.get(email);
    if (found === undefined) throw refused('There is no such account', 404);
    return found;
  }
}

function refused(message, status = 400) {
  return Object.assign(new Error(message), { status });
}

module.exports = { createAccounts };
