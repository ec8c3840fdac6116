/** Black-box sessions: files, the commands a person types, and the exact answers. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { load } from 'js-yaml';
import { PROGRAM } from '../doubles/program.ts';

export interface Step {
  readonly run: string;
  readonly stdin?: string;
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Transcript {
  readonly name: string;
  /** written into a fresh folder, where the steps run */
  readonly files?: Readonly<Record<string, string>>;
  /** core Nodes made first, on Kubernetes */
  readonly nodes?: readonly { readonly name: string }[];
  readonly steps: readonly Step[];
}

/** Reads a transcript. @throws when it is not one */
export async function readTranscript(path: string): Promise<Transcript> {
  const value: unknown = load(await readFile(path, 'utf8'));
  if (
    typeof value !== 'object' ||
    value === null ||
    !('steps' in value) ||
    !Array.isArray(value.steps) ||
    !('name' in value)
  )
    throw new Error(`${path} is no transcript`);
  const steps = value.steps.map((step: Partial<Step> | string) => {
    const given = typeof step === 'string' ? { run: step } : step;
    return { run: '', exit: 0, stdout: '', stderr: '', ...given };
  });
  return { ...value, name: String(value.name), steps };
}

const RULES: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uid>'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, '<time>'],
  [/\b[0-9a-f]{32}\b/g, '<guid>'],
  [/("?manager"?: )"?[A-Za-z0-9._-]+"?/g, '$1<manager>'],
  [/(resourceVersion"?: )"?[0-9a-f]+"?/g, '$1<rv>'],
  [/(ResourceVersion = ')\d+(')/g, '$1<rv>$2'],
  [/(resourceVersion: ')\d+(')/g, '$1<rv>$2'],
];

/** A text without what is different on every run. */
export function normalised(text: string, folder: string): string {
  return RULES.reduce((result, [pattern, to]) => result.replace(pattern, to), text.replaceAll(folder, '<cwd>'));
}

/**
 * Runs the steps with the program that was built, each by bash in the transcript's folder.
 * @param env what names the datastore; nothing of the surrounding environment that could name another is passed on
 */
export async function play(transcript: Transcript, env: Readonly<Record<string, string>>): Promise<readonly Step[]> {
  const folder = await mkdtemp(join(tmpdir(), 'calicoctl-transcript-'));
  try {
    await mkdir(join(folder, 'bin'));
    await writeFile(
      join(folder, 'bin/calicoctl'),
      `#!/bin/sh\nexec ${PROGRAM.map((word) => `"${word}"`).join(' ')} "$@"\n`,
      { mode: 0o755 },
    );
    const work = join(folder, 'work');
    await mkdir(work);
    for (const [path, text] of Object.entries(transcript.files ?? {})) {
      await mkdir(dirname(join(work, path)), { recursive: true });
      await writeFile(join(work, path), text);
    }
    const clean = Object.entries(process.env).filter(
      ([name]) => !/^(CALICO|ETCD|DATASTORE|KUBE|K8S|NODE_|VITEST)/.test(name),
    );
    const { PATH = '', ...rest } = Object.fromEntries(clean);
    const environment = {
      ...rest,
      NO_COLOR: '1',
      ...env,
      PATH: `${join(folder, 'bin')}:${env['PATH'] ?? PATH}`,
      HOME: folder,
    };
    const answers: Step[] = [];
    for (const step of transcript.steps) {
      const answer = await bash(step, work, environment);
      answers.push({
        ...step,
        exit: answer.exit,
        stdout: normalised(answer.stdout, work),
        stderr: normalised(answer.stderr, work),
      });
    }
    return answers;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function bash(
  step: Step,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ exit: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      'bash',
      ['-c', step.run],
      { cwd, env, timeout: 60_000, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const exit = error === null ? 0 : typeof error.code === 'number' ? error.code : 124;
        resolve({ exit, stdout, stderr });
      },
    );
    child.stdin?.end(step.stdin ?? '');
  });
}
