/** Flags of commands that ask nodes: through which sockets, and how many at the same time. */
import * as Flags from '@oclif/core/flags';
import { UsageError } from '../../cli/argv.ts';
import { countOf } from '../../cli/base-command.ts';
import { namesIn } from '../../cli/names.ts';

export const parallelismFlag = {
  'max-parallelism': Flags.string({ summary: 'How many nodes are asked at the same time.', default: '10' }),
};

/** @throws {UsageError} */
export function parallelismOf(flags: { readonly 'max-parallelism': string }): number {
  return countOf('--max-parallelism', flags['max-parallelism']);
}

export interface SocketValues {
  readonly sockets?: string | undefined;
  readonly 'socket-dir'?: string | undefined;
}

/** The nodes that `--sockets` names. */
export function socketNodesOf({ sockets }: SocketValues): readonly string[] {
  return namesIn(sockets ?? '').map((text) => text.split('=', 1).join(''));
}

/** The folder of a node's sockets; undefined when no sockets are named at all. @throws {UsageError} */
export function socketsOf({
  sockets,
  'socket-dir': pattern,
}: SocketValues): ((node: string) => string | undefined) | undefined {
  if (sockets === undefined && pattern === undefined) return undefined;
  if (pattern !== undefined && !pattern.includes('{node}'))
    throw new UsageError(`invalid argument "${pattern}" for "--socket-dir" flag: {node} is not in it`, [
      'such as /run/{node}/calico',
    ]);
  const pairs = namesIn(sockets ?? '');
  const folders = new Map(
    pairs.map((text): [string, string] => {
      const [, node = '', folder = ''] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
      if (folder === '') throw new UsageError(`invalid argument "${text}" for "--sockets" flag: not NODE=FOLDER`);
      return [node, folder];
    }),
  );
  return (node) => folders.get(node) ?? pattern?.replaceAll('{node}', node);
}
