/**
 * House rules that neither the compiler nor the linter knows, for every file that is or could be committed.
 * Usage: `node scripts/check-files.ts`; exit 1 and one line per breach.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const LINE_LIMIT = 350;

interface Rule {
  /** The files it is about, as `/` paths from the root. */
  readonly files: RegExp;
  /** What must not stand in a line of them. */
  readonly pattern: RegExp;
  readonly why: string;
}

// Texts in two halves, because this file is checked too.
const either = (...texts: ReadonlyArray<readonly [string, string]>): string =>
  texts.map((halves) => halves.join('')).join('|');

// What may stand before a path.
const START = '(?:^|[\\s"\'`(=:])';

const CODE = /^(?:src|test|scripts|bench|bin)\/.*\.[cm]?[jt]s$/;

const RULES: readonly Rule[] = [
  {
    files: CODE,
    pattern: new RegExp(
      either(['oxlint-', 'disable'], ['eslint-', 'disable'], ['@ts-', 'ignore'], ['@ts-', 'nocheck']),
    ),
    why: 'a check is silenced: change the code, or the rule for the whole folder',
  },
  {
    files: /^src\/.*\.ts$/,
    pattern: new RegExp(either(['@ts-expect-', 'error'])),
    why: 'a check is silenced: only tests of types may expect an error',
  },
  {
    files: CODE,
    pattern: new RegExp(`\\b(?:${either(['TO', 'DO'], ['FIX', 'ME'])})\\b`),
    why: 'do it, or open an issue',
  },
  {
    files: /^(?!\.ci\/run$).*/,
    pattern: new RegExp(either(['\\.\\./sha', 'red/'])),
    why: 'only .ci/run may know what lies beside the checkout',
  },
  {
    files: /^(?!test\/).*/,
    pattern: new RegExp(`${START}(?:${either(['/ro', 'ot/'])})`),
    why: 'a path of one machine',
  },
  {
    files: /^/,
    pattern: new RegExp(`${START}(?:${either(['/wo', 'rk/'])})|${either(['registry\\.npm', 'js'])}`),
    why: 'a path or host of one machine',
  },
];

/** The breaches of one file: `path:line why`. */
export function checkFile(path: string, text: string): string[] {
  const lines = text.split('\n');
  const problems: string[] = [];
  for (const { files, pattern, why } of RULES) {
    if (!files.test(path)) continue;
    for (const [index, line] of lines.entries()) {
      if (pattern.test(line)) problems.push(`${path}:${index + 1} ${why}`);
    }
  }
  const length = lines.length - 1;
  if (
    CODE.test(path) &&
    length > LINE_LIMIT &&
    !lines.slice(0, 20).some((line) => /\b[Ll]ong(?:er)?\b.*\bbecause\b/.test(line))
  ) {
    problems.push(
      `${path}: ${length} lines: split it, or say at the top "Longer than ${LINE_LIMIT} lines because ..."`,
    );
  }
  return problems;
}

if (process.argv[1] === import.meta.filename) {
  const root = join(import.meta.dirname, '..');
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  const files = listed
    .split('\0')
    .filter((file) => /\.(?:[cm]?[jt]s|json|md|ya?ml|sh|txt)$|^(?:\.ci|scripts)\/[^.]+$/.test(file));
  const problems = files.flatMap((file) => checkFile(file, contentOf(join(root, file))));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log(`check-files: ${files.length} files keep to the house rules`);
}

/** The text of a file; empty when it is listed but has just been deleted. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
