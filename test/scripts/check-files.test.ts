import { describe, expect, test } from 'vitest';
import { checkFile } from '../../scripts/check-files.ts';

// Written in halves, because the rules are about this file too.
const SHARED = ['..', 'shared', 'golden'].join('/');
const MACHINE = ['', 'root', 'checkout'].join('/');
const LATER = ['TO', 'DO'].join('');
const IGNORE = ['@ts', 'ignore'].join('-');
const EXPECT = ['@ts', 'expect', 'error'].join('-');
const DISABLE = ['oxlint', 'disable', 'next', 'line'].join('-');

const lines = (count: number): string => 'const x = 1;\n'.repeat(count);

describe('checkFile() refuses', () => {
  test.each<[string, string, string, string]>([
    [
      'a silenced lint rule',
      'src/net/ip.ts',
      `a\n// ${DISABLE}`,
      'src/net/ip.ts:2 a check is silenced: change the code, or the rule for the whole folder',
    ],
    [
      'a silenced compiler',
      'test/net/ip.test.ts',
      `// ${IGNORE}`,
      'test/net/ip.test.ts:1 a check is silenced: change the code, or the rule for the whole folder',
    ],
    [
      'an expected type error in the program',
      'src/net/ip.ts',
      `// ${EXPECT}`,
      'src/net/ip.ts:1 a check is silenced: only tests of types may expect an error',
    ],
    [
      'a note to do something later',
      'scripts/build.ts',
      `x(); // well, ${LATER}: y`,
      'scripts/build.ts:1 do it, or open an issue',
    ],
    [
      'what lies beside the checkout',
      'docs/a.md',
      `see ${SHARED}`,
      'docs/a.md:1 only .ci/run may know what lies beside the checkout',
    ],
    ['a path of one machine', 'README.md', `cd ${MACHINE}`, 'README.md:1 a path of one machine'],
    [
      'a long file',
      'src/net/ip.ts',
      lines(351),
      'src/net/ip.ts: 351 lines: split it, or say at the top "Longer than 350 lines because ..."',
    ],
  ])('%s', (_case, path, text, problem) => {
    expect(checkFile(path, text)).toEqual([problem]);
  });
});

describe('checkFile() accepts', () => {
  test.each<[string, string, string]>([
    ['a file of 350 lines', 'src/net/ip.ts', lines(350)],
    ['a longer one that says why', 'src/net/ip.ts', `// Longer than 350 lines because of a table.\n${lines(400)}`],
    ['a long document', 'docs/a.md', lines(400)],
    ['the path beside the checkout in .ci/run', '.ci/run', SHARED],
    ['an expected error in a test of types', 'test/net/ip.test.ts', `// ${EXPECT}`],
    ['the home of root in a test', 'test/config/file.test.ts', `HOME=${MACHINE}`],
  ])('%s', (_case, path, text) => {
    expect(checkFile(path, text)).toEqual([]);
  });
});
