#!/usr/bin/env node
// The same program from its source, without a build: needs a Node that reads TypeScript (22.18 and later).
'use strict';

var path = require('path');

import('../src/cli/main.ts').then(function (program) {
  return program.main(process.argv.slice(2), path.basename(process.argv[1]));
});
