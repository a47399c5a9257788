'use strict';

// CVE-2020-7598: the argument `--__proto__.polluted` gives every object of the import script a
// property. Whoever may name a supplier's file in a scheduled import can append arguments.
process.argv.push('--dry-run', '--from', '/dev/null', '--__proto__.polluted', 'yes');
require('../bin/import-catalogue');

const worked = 'polluted' in {};
console.log(worked ? 'the attack worked' : 'the attack did not work');
process.exit(worked ? 0 : 1);
