// Preloaded into a labelled program: prints which packages were loaded and which of the asked
// functions were called. Labels come from what really happens, not from an opinion.
'use strict';
const Module = require('node:module');
const path = require('node:path');

const watched = JSON.parse(process.env.WATCHED);
const loaded = new Set();
const called = new Set();

function packageOf(file) {
  const parts = file.split(`${path.sep}node_modules${path.sep}`);
  if (parts.length === 1) return undefined;
  const names = parts.at(-1).split(path.sep);
  return names[0].startsWith('@') ? `${names[0]}/${names[1]}` : names[0];
}

function spy(name, key, target) {
  return new Proxy(target, {
    apply(fn, self, args) {
      called.add(`${name}#${key}`);
      return Reflect.apply(fn, self, args);
    },
  });
}

const load = Module.prototype.load;
Module.prototype.load = function (file) {
  const name = packageOf(file);
  if (name !== undefined) loaded.add(name);
  load.call(this, file);
  for (const key of watched[name] ?? []) {
    const value = this.exports?.[key];
    // `get` is a method of many internal objects; only the package's own entry counts.
    const isEntry =
      this.id.endsWith(`${path.sep}${name}.js`) ||
      /(^|[/\\])(index|main)\.js$/.test(file) ||
      require.cache[file] === this;
    if (typeof value === 'function' && isEntry) this.exports[key] = spy(name, key, value);
    if (path.basename(file, '.js') === key && typeof this.exports === 'function') {
      this.exports = spy(name, key, this.exports);
    }
  }
};

process.on('exit', () => {
  process.stdout.write(`\nLABELS ${JSON.stringify({ loaded: [...loaded], called: [...called] })}`);
});
