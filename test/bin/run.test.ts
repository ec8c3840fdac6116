import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const PROGRAM = `exports.main = function (argv, invokedAs) {
  if (argv[0] === 'kill') process.kill(process.pid, 'SIGTERM');
  console.log(JSON.stringify([invokedAs, argv]));
  process.exitCode = Number(argv[1] ?? 0);
};
//build1`;

let checkout: string;
let cache: string;

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'run-'));
  cache = join(checkout, 'cache');
  cpSync(join(ROOT, 'bin'), join(checkout, 'bin'), { recursive: true });
  writeFileSync(join(checkout, 'package.json'), '{"version":"1.2.3","type":"module"}');
  mkdirSync(join(checkout, 'dist'));
  writeFileSync(join(checkout, 'dist/main.cjs'), PROGRAM);
  // Makes the Node that runs these tests look like an old one.
  writeFileSync(
    join(checkout, 'old.cjs'),
    `Object.defineProperty(process, 'versions', { value: { node: '12.22.12' } });
Object.defineProperty(process, 'version', { value: 'v12.22.12' });`,
  );
});
afterEach(() => {
  rmSync(checkout, { recursive: true });
});

/** Starts bin/run.js (or a link to it) and tells all that came of it. */
function run(args: readonly string[], { node = [] as readonly string[], start = 'bin/run.js' } = {}) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...node, join(checkout, start), ...args], {
    encoding: 'utf8',
    env: { HOME: checkout, XDG_CACHE_HOME: cache },
  });
  return { status, signal, stdout, stderr: stderr.replaceAll(checkout, 'CHECKOUT') };
}

function old(): readonly string[] {
  return ['--require', join(checkout, 'old.cjs')];
}

describe('bin/run.js', () => {
  test('hands over the arguments and the name it was called by', () => {
    symlinkSync('run.js', join(checkout, 'bin/kubectl-calico'));
    expect(run(['get', '3'], { start: 'bin/kubectl-calico' })).toEqual({
      status: 3,
      signal: null,
      stdout: '["kubectl-calico",["get","3"]]\n',
      stderr: '',
    });
  });

  test('says that the program is not built yet', () => {
    rmSync(join(checkout, 'dist'), { recursive: true });
    expect(run([])).toEqual({
      status: 1,
      signal: null,
      stdout: '',
      stderr: 'calicoctl: this checkout has not been built yet: run "sh scripts/with-node npm run build" in CHECKOUT\n',
    });
  });

  test('does not hide what went wrong in a program that is there', () => {
    writeFileSync(join(checkout, 'dist/main.cjs'), `require('./missing.cjs');`);
    const { status, stderr } = run([]);
    expect({ status, named: stderr.includes('dist/missing.cjs') }).toEqual({ status: 1, named: true });
  });
});

describe('bin/run.js on an old Node', () => {
  test('says what it needs', () => {
    expect(run([], { node: old() })).toEqual({
      status: 1,
      signal: null,
      stdout: '',
      stderr: 'calicoctl needs Node.js 22.12 or later and this is v12.22.12: install it and try again\n',
    });
  });

  test('says in a checkout which command gets it', () => {
    mkdirSync(join(checkout, 'scripts'));
    writeFileSync(join(checkout, 'scripts/with-node'), '');
    expect(run([], { node: old() }).stderr).toBe(
      'calicoctl needs Node.js 22.12 or later and this is v12.22.12: ' +
        'install it, or run "sh CHECKOUT/scripts/with-node true" once: it puts one into CHECKOUT/.node\n',
    );
  });

  describe('with a private one in the checkout', () => {
    beforeEach(() => {
      mkdirSync(join(checkout, '.node/bin'), { recursive: true });
      symlinkSync(process.execPath, join(checkout, '.node/bin/node'));
    });

    test('runs there and passes on the exit code', () => {
      expect(run(['get', '7'], { node: old() })).toEqual({
        status: 7,
        signal: null,
        stdout: '["run.js",["get","7"]]\n',
        stderr: '',
      });
    });

    test('ends by the signal that ended it', () => {
      expect(run(['kill'], { node: old() })).toEqual({ status: null, signal: 'SIGTERM', stdout: '', stderr: '' });
    });
  });
});

describe("bin/run.js's code cache", () => {
  const folder = () => join(cache, 'calicoctl/code-1.2.3');

  test('is in a folder for the user alone', () => {
    run([]);
    const modes = [join(cache, 'calicoctl'), folder()].map((name) => (statSync(name).mode & 0o777).toString(8));
    expect({ modes, used: readdirSync(folder()).length }).toEqual({ modes: ['700', '700'], used: 1 });
  });

  /** The caches, with what tells whether one was written anew. */
  const packs = () => readdirSync(folder()).map((name) => `${name} ${statSync(join(folder(), name)).ino}`);

  test('is written once for a command and a build', () => {
    run(['get', '0']);
    const first = packs();
    run(['get', '0', 'other']);
    expect({ first: first.length, second: packs() }).toEqual({ first: 1, second: first });
    writeFileSync(
      join(checkout, 'dist/main.cjs'),
      PROGRAM.replace('build1', 'build2').replace('invokedAs, argv]', 'argv]'),
    );
    expect(run(['get', '0']).stdout).toBe('[["get","0"]]\n');
    run(['node', 'status']);
    const names = readdirSync(folder()).map((name) => name.split('-').slice(0, 2).join('-'));
    expect(names.sort()).toEqual(['get-build1', 'get-build2', 'node.status-build2']);
  });

  test('grows by what another run of the command loads', () => {
    writeFileSync(
      join(checkout, 'dist/main.cjs'),
      `exports.main = (argv) => console.log(argv[1] ? require('./part.cjs') : 'nothing');\n//build1`,
    );
    writeFileSync(join(checkout, 'dist/part.cjs'), `module.exports = 'part';`);
    const answers = [['get'], ['get', 'x'], ['get', 'x'], ['get']].map((args) => [run(args).stdout, ...packs()]);
    expect(answers.map(([stdout]) => stdout)).toEqual(['nothing\n', 'part\n', 'part\n', 'nothing\n']);
    expect(new Set(answers.map(([, pack]) => pack)).size).toBe(2);
  });

  test.each([
    ['cut off', (name: string) => truncateSync(name, 100)],
    ['nonsense', (name: string) => writeFileSync(name, 'nonsense')],
    ['empty', (name: string) => truncateSync(name)],
    ['open to others', (name: string) => chmodSync(name, 0o666)],
  ])('is left alone when it is %s', (_case, spoil) => {
    run(['get', '3']);
    readdirSync(folder()).forEach((name) => spoil(join(folder(), name)));
    expect(run(['get', '3'])).toMatchObject({ status: 3, stdout: '["run.js",["get","3"]]\n', stderr: '' });
  });

  test('goes when nobody has written it for a month', () => {
    run(['get', '0']);
    const unused = join(folder(), 'get-build0-v1-x64-0');
    writeFileSync(unused, '');
    utimesSync(unused, 0, 0);
    run(['apply', '0']);
    expect(
      readdirSync(folder())
        .map((name) => name.replace(/-.*/, ''))
        .sort(),
    ).toEqual(['apply', 'get']);
  });

  test.each([
    ['the folder can be read by others', () => chmodSync(folder(), 0o755)],
    ['the folder above can be written by others', () => chmodSync(join(cache, 'calicoctl'), 0o770)],
    [
      'the folder is a link',
      () => {
        rmSync(folder(), { recursive: true });
        mkdirSync(join(checkout, 'elsewhere'), { mode: 0o700 });
        symlinkSync(join(checkout, 'elsewhere'), folder());
      },
    ],
  ])('is not used when %s', (_case, change) => {
    mkdirSync(folder(), { recursive: true, mode: 0o700 });
    change();
    const { status } = run([]);
    expect({ status, used: readdirSync(folder()) }).toEqual({ status: 0, used: [] });
  });
});
