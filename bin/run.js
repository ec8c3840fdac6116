#!/usr/bin/env node
// What the user starts. Written in the syntax of Node 10 (CommonJS: that is what the package.json beside it is for), so that
// an old Node can say what is missing instead of failing to read this file.
'use strict';

var fs = require('fs');
var os = require('os');
var path = require('path');

var ROOT = path.join(__dirname, '..');
var NEEDED = [22, 12];
var OLD_CACHE_MS = 30 * 24 * 60 * 60 * 1000;

if (isNewEnough(process.versions.node)) start();
else if (fs.existsSync(path.join(ROOT, '.node/bin/node'))) runAgain(path.join(ROOT, '.node/bin/node'));
else refuse();

function isNewEnough(version) {
  var parts = version.split('.').map(Number);
  return parts[0] > NEEDED[0] || (parts[0] === NEEDED[0] && parts[1] >= NEEDED[1]);
}

function start() {
  var main = path.join(ROOT, 'dist/main.cjs');
  var argv = process.argv.slice(2);
  var program;
  try {
    program = require('./load.js')(main, cacheFolder(), commandOf(argv));
  } catch (error) {
    if (fs.existsSync(main)) throw error;
    console.error(
      'calicoctl: this checkout has not been built yet: run "sh scripts/with-node npm run build" in ' + ROOT
    );
    process.exitCode = 1;
    return;
  }
  program.main(argv, path.basename(process.argv[1]));
}

// Which command it probably is, for the names of caches: two that are taken for one only share theirs.
function commandOf(argv) {
  var words = argv.filter(function (word) {
    return /^[a-z]+$/.test(word);
  });
  var isHelp = argv.some(function (word) {
    return word === '--help' || word === '-h' || word === 'help';
  });
  if (isHelp || words.length === 0) return 'help';
  return words[0].slice(0, 20) + (words[0] === 'node' || words[0] === 'bgp' ? '.' + String(words[1]).slice(0, 20) : '');
}

// Compiled code is code that will be run: it is kept where only the user can write, or not at all.
// Returns the folder, or nothing when there is no such place.
function cacheFolder() {
  if (!process.getuid) return undefined;
  var user = process.getuid();
  try {
    var home = os.homedir();
    var base = process.env.XDG_CACHE_HOME;
    if (!base || !path.isAbsolute(base)) {
      // With sudo the home may be somebody else's: nothing of ours is put there.
      if (fs.statSync(home).uid !== user) return undefined;
      base = path.join(home, '.cache');
    }
    var own = path.join(base, 'calicoctl');
    var folder = path.join(own, 'code-' + require('../package.json').version);
    if (!fs.existsSync(folder)) {
      fs.mkdirSync(folder, { recursive: true, mode: 448 /* rwx------ */ });
      removeOldFolders(own);
    }
    // 0o022: nobody else can put files there; 0o077: nobody else can even look.
    return isOwnFolder(own, user, 18) && isOwnFolder(folder, user, 63) ? folder : undefined;
  } catch (error) {
    return undefined;
  }
}

function isOwnFolder(name, user, forbidden) {
  var found = fs.lstatSync(name);
  return found.isDirectory() && found.uid === user && (found.mode & forbidden) === 0;
}

// The code of versions that are not in use any more.
function removeOldFolders(own) {
  fs.readdirSync(own).forEach(function (name) {
    var folder = path.join(own, name);
    if (!name.startsWith('code-') || Date.now() - fs.statSync(folder).mtimeMs < OLD_CACHE_MS) return;
    fs.rmSync(folder, { recursive: true, force: true });
  });
}

// The same command with the Node that scripts/with-node put into the checkout; this process only passes things on.
function runAgain(node) {
  var child = require('child_process').spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  var signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  signals.forEach(function (signal) {
    process.on(signal, function () {
      // Ctrl-C reaches the child by itself.
      if (signal !== 'SIGINT') child.kill(signal);
    });
  });
  child.on('error', refuse);
  child.on('exit', function (code, signal) {
    if (signal === null) {
      process.exitCode = code;
      return;
    }
    signals.forEach(function (name) {
      process.removeAllListeners(name);
    });
    process.kill(process.pid, signal);
  });
}

function refuse() {
  var bootstrap = path.join(ROOT, 'scripts/with-node');
  var advice = fs.existsSync(bootstrap)
    ? 'install it, or run "sh ' + bootstrap + ' true" once: it puts one into ' + path.join(ROOT, '.node')
    : 'install it and try again';
  console.error(
    'calicoctl needs Node.js ' + NEEDED.join('.') + ' or later and this is ' + process.version + ': ' + advice
  );
  process.exitCode = 1;
}
