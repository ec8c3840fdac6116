/** Code blocks of documents, and running them. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bareEnvironment } from './program.ts';

export const ROOT = join(import.meta.dirname, '../..');

export interface CodeBlock {
  /** `sh`, `yaml` */
  readonly language: string;
  /** the heading it stands under */
  readonly heading: string;
  /** of its first line of code */
  readonly line: number;
  readonly text: string;
}

/** All fenced code blocks of a document of the repository. */
export function codeBlocks(file: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let heading = '';
  let open: { language: string; line: number; text: string } | undefined;
  for (const [index, line] of readFileSync(join(ROOT, file), 'utf8').split('\n').entries()) {
    if (line.startsWith('```')) {
      if (open !== undefined) blocks.push({ ...open, heading });
      open = open === undefined ? { language: line.slice(3), line: index + 2, text: '' } : undefined;
    } else if (open !== undefined) open.text += `${line}\n`;
    else heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
  }
  return blocks;
}

export interface Session {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs blocks one after the other in one shell, as somebody does who copies them into a terminal. The first command that fails ends it, and
 * the last line of standard error then names the document's line and the command.
 */
export function runBlocks(
  blocks: readonly CodeBlock[],
  place: { readonly file: string; readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Session> {
  const script = [
    'set -eE -o pipefail',
    `trap 'echo "${place.file}: block at line $block failed: $BASH_COMMAND" >&2' ERR`,
    ...blocks.map(({ line, text }) => `block=${line}\n${text}`),
  ].join('\n');
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', script], {
      cwd: place.cwd,
      env: { ...bareEnvironment(), ...place.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (exit) => resolve({ exit, stdout, stderr }));
  });
}
