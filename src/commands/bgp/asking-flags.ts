/** Flags of commands that ask nodes: through which sockets, and how many at the same time. */
import * as Flags from '@oclif/core/flags';
import { UsageError } from '../../cli/argv.ts';

export const parallelismFlag = {
  'max-parallelism': Flags.string({ summary: 'How many nodes are asked at the same time.', default: '10' }),
};

/** @throws {UsageError} */
export function parallelismOf(flags: { readonly 'max-parallelism': string }): number {
  const text = flags['max-parallelism'];
  const atOnce = Number(text);
  if (Number.isInteger(atOnce) && atOnce > 0) return atOnce;
  throw new UsageError(`invalid argument "${text}" for "--max-parallelism" flag: not a number above 0`);
}

export interface SocketValues {
  readonly sockets?: string | undefined;
  readonly 'socket-dir'?: string | undefined;
}

/** The folder of a node's sockets; undefined when no sockets are named at all. @throws {UsageError} */
export function socketsOf({
  sockets,
  'socket-dir': pattern,
}: SocketValues): ((node: string) => string | undefined) | undefined {
  if (sockets === undefined && pattern === undefined) return undefined;
  if (pattern !== undefined && !pattern.includes('{node}'))
    throw new UsageError(`invalid argument "${pattern}" for "--socket-dir" flag: {node} is not in it`);
  const pairs = (sockets ?? '').split(',').filter((text) => text !== '');
  const folders = new Map(
    pairs.map((text): [string, string] => {
      const [, node = '', folder = ''] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
      if (folder === '') throw new UsageError(`invalid argument "${text}" for "--sockets" flag: not NODE=FOLDER`);
      return [node, folder];
    }),
  );
  return (node) => folders.get(node) ?? pattern?.replaceAll('{node}', node);
}
