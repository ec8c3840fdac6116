/** Flags of commands that wait for the network after each write. */
import * as Flags from '@oclif/core/flags';
import { milliseconds } from '../../cli/base-command.ts';
import { configFlag } from '../../cli/flags.ts';
import { formatAmong } from '../../cli/formats.ts';
import { namesIn } from '../../cli/names.ts';
import { parallelismFlag, parallelismOf, socketNodesOf, socketsOf } from './asking-flags.ts';
import type { SocketValues } from './asking-flags.ts';
import type { Context } from '../../context.ts';
import { reportSights } from '../../operations/convert/report-sights.ts';
import type { GateInput } from '../../operations/convert/run.ts';
import { socketSights } from '../../operations/convert/socket-sights.ts';

/** For the report of one node, within its gate. */
const REPORT_MILLISECONDS = 30_000;

export const gateFlags = {
  ...configFlag,
  yes: Flags.boolean({ char: 'y', summary: 'Do not ask before the first write.' }),
  'gate-timeout': Flags.string({ summary: 'How long each gate may take, such as 5m; 0 for no limit.', default: '5m' }),
  sockets: Flags.string({
    summary:
      'Ask the BIRD daemons of nodes at sockets in these folders instead of having nodes report: NODE=FOLDER, several with commas between them.',
  }),
  'socket-dir': Flags.string({
    summary: 'The same for all nodes: a folder with {node} in the place of the node’s name.',
  }),
  except: Flags.string({
    summary:
      'Nodes that are known to be down, with commas between them: neither they nor sessions with them are waited for.',
  }),
  ...parallelismFlag,
  output: Flags.string({ char: 'o', summary: 'ps, or json for one event a line.', default: 'ps' }),
};

/** For commands that go on with what another run began. */
export const measureAgainFlag = {
  'measure-again': Flags.boolean({
    summary:
      'What the nodes see now is the measure from now on, not what they saw before the first write: for when prefixes have gone that are not missed.',
  }),
};

export interface GateValues extends SocketValues {
  readonly 'measure-again'?: boolean;
  readonly yes: boolean;
  readonly 'gate-timeout': string;
  readonly except?: string | undefined;
  readonly 'max-parallelism': string;
  readonly output: string;
}

/** @param elsewhere the world for cleaning up when this command was ended. @throws {UsageError} */
export function gateOptions(
  flags: GateValues,
  elsewhere: () => Promise<Context>,
): Pick<GateInput, 'gateTimeout' | 'sights' | 'socketNodes' | 'except'> {
  const atOnce = parallelismOf(flags);
  formatAmong(['ps', 'json'], flags.output);
  const sockets = socketsOf(flags);
  const gateTimeout = milliseconds('--gate-timeout', flags['gate-timeout']);
  const reportTimeout = gateTimeout === 0 ? REPORT_MILLISECONDS : Math.min(gateTimeout, REPORT_MILLISECONDS);
  return {
    gateTimeout,
    sights: (client) =>
      sockets === undefined
        ? reportSights(client, { atOnce, elsewhere, reportTimeout })
        : socketSights(client, sockets),
    socketNodes: socketNodesOf(flags),
    except: namesIn(flags.except ?? ''),
  };
}
