/**
 * Starts the tests' servers for a person or a script.
 *
 *     node test/servers/cli.ts up [--etcd 3.4|3.6] [--kubernetes v1|v3|none] [--crds FOLDER] --environment FILE
 *     node test/servers/cli.ts paths [PROGRAM...]
 *
 * `up` prints `ready` when everything serves and the environment file is written (for `set -a; . FILE`); it ends the
 * servers on SIGTERM, on SIGINT, and when its standard input closes if that is a pipe or a terminal.
 * (The option is not called `--env-file` because Node takes that one for itself, wherever it stands.)
 */
import { fstatSync, rmSync, writeFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import { parseArgs } from 'node:util';
import { findProgram, pathWith, programNames } from './binaries.ts';
import type { ProgramName } from './binaries.ts';
import { startEtcd } from './etcd.ts';
import type { EtcdVersion } from './etcd.ts';
import { startKubernetes } from './kubernetes.ts';
import type { KubernetesOptions } from './kubernetes.ts';

const usage = `usage: node test/servers/cli.ts up [--etcd 3.4|3.6] [--kubernetes v1|v3|none] [--crds FOLDER] --environment FILE
       node test/servers/cli.ts paths [PROGRAM...]    (${programNames.join(' ')})
`;

class UsageError extends Error {
  override readonly name = 'UsageError';
}

interface Running {
  readonly stop: () => Promise<void>;
}

async function up(args: readonly string[]): Promise<void> {
  const { etcd, crds, envFile } = parseUp(args);
  const servers: Running[] = [];
  const variables: Record<string, string> = {};
  const tools: ProgramName[] = [];
  const ended = endOfUse();
  try {
    if (etcd) {
      const server = await startEtcd({ version: etcd });
      servers.push(server);
      Object.assign(variables, server.environment, etcd === '3.4' && { ETCDCTL_API: '3' });
      tools.push(`etcdctl-${etcd}`);
    }
    if (crds !== undefined) {
      const server = await startKubernetes({ crds });
      servers.push(server);
      variables['KUBECONFIG'] = server.kubeconfigFile;
      tools.push('kubectl');
    }
    variables['PATH'] = await pathWith(tools);
    const lines = Object.entries(variables).map(
      ([name, value]) => `${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`,
    );
    writeFileSync(envFile, lines.join(''));
    process.stdout.write('ready\n');
    // Neither servers nor signal handlers keep a process alive.
    const alive = setInterval(() => {}, 2 ** 30);
    await ended;
    clearInterval(alive);
  } finally {
    rmSync(envFile, { force: true });
    await Promise.all(servers.map((server) => server.stop()));
    process.stdin.destroy();
  }
}

function parseUp(args: readonly string[]): {
  readonly etcd: EtcdVersion | undefined;
  readonly crds: KubernetesOptions['crds'];
  readonly envFile: string;
} {
  const { values } = parse(args);
  const { etcd, kubernetes, crds: folder, environment: envFile } = values;
  if (envFile === undefined) throw new UsageError('--environment is missing');
  if (etcd !== undefined && etcd !== '3.4' && etcd !== '3.6') throw new UsageError(`--etcd ${etcd}: 3.4 or 3.6`);
  if (kubernetes !== undefined && kubernetes !== 'v1' && kubernetes !== 'v3' && kubernetes !== 'none') {
    throw new UsageError(`--kubernetes ${kubernetes}: v1, v3 or none`);
  }
  if (folder !== undefined && kubernetes !== undefined && kubernetes !== 'none') {
    throw new UsageError(`--crds brings its own definitions: leave --kubernetes ${kubernetes} away`);
  }
  const crds = folder === undefined ? kubernetes : { folder };
  if (etcd === undefined && crds === undefined) throw new UsageError('nothing to start');
  return { etcd, crds, envFile };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args: [...args], options: { etcd: text, kubernetes: text, crds: text, environment: text } });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Settles when nobody wants the servers any more. Begins to listen at once, so that nothing is missed meanwhile. */
function endOfUse(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
    // A job in the background of a script has /dev/null for standard input: its end means nothing.
    const { fd } = process.stdin;
    const stat = fstatSync(fd);
    if (isatty(fd) || stat.isFIFO() || stat.isSocket()) process.stdin.resume().once('end', () => resolve());
  });
}

async function paths(args: readonly string[]): Promise<void> {
  const unknown = args.find((name) => !programNames.some((known) => known === name));
  if (unknown !== undefined) throw new UsageError(`unknown program ${unknown}`);
  for (const name of programNames) {
    if (args.length > 0 && !args.includes(name)) continue;
    process.stdout.write(`${name} ${await findProgram(name)}\n`);
  }
}

async function main([command, ...args]: readonly string[]): Promise<number> {
  try {
    if (command === 'up') await up(args);
    else if (command === 'paths') await paths(args);
    else throw new UsageError(command === undefined ? 'no command' : `unknown command ${command}`);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n${usage}`);
      return 2;
    }
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
