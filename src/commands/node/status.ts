import * as Flags from '@oclif/core/flags';
import { UsageError } from '../../cli/argv.ts';
import { BaseCommand, milliseconds } from '../../cli/base-command.ts';
import { Exit } from '../../cli/errors.ts';
import { configFlag } from '../../cli/flags.ts';
import { thisMachine } from '../../cli/machine.ts';
import type { Context } from '../../context.ts';
import { RootNeeded } from '../../operations/node-status.ts';
import { StatusProbe } from '../../operations/status-probe.ts';
import type { ProbeInput, ProbeResult } from '../../operations/status-probe.ts';
import { formatJson } from '../../output/json.ts';
import { formatYaml } from '../../output/yaml.ts';
import { statusJson } from './status-json.ts';
import { checkText, rootNeeded, statusText } from './status-text.ts';
import { watchStatus } from './status-watch.ts';
import type { StatusFormat } from './status-watch.ts';

const FORMATS: readonly StatusFormat[] = ['ps', 'wide', 'json', 'yaml'];
const SHOWN_WHILE_WAITING = 3;

export default class NodeStatus extends BaseCommand {
  static override summary = 'Show the state of BGP sessions.';
  static override description =
    'Shows what the BIRD daemons of this machine say of their BGP sessions. Needs root, unless the folder of their control sockets is named.';
  static override usage = 'node status';
  static override examples = [
    'calicoctl node status',
    'calicoctl node status --check',
    'calicoctl node status --wait --timeout 2m -o json',
    'calicoctl node status --socket-dir /run/calico -o wide',
  ];
  static override strict = false;
  static override flags = {
    ...configFlag,
    output: Flags.string({ char: 'o', summary: 'ps, wide, json or yaml.', default: 'ps' }),
    'socket-dir': Flags.string({
      summary:
        'Folder of bird.ctl and bird6.ctl (also CALICO_BIRD_SOCKET_DIR); users and processes are not checked then.',
    }),
    check: Flags.boolean({
      summary: 'Exit with 1 unless every session that the datastore demands of this node is up, and say which are not.',
    }),
    'node-name': Flags.string({ summary: 'Name of this node in the datastore, where it cannot be found out.' }),
    wait: Flags.boolean({ summary: 'Check again and again until every session is up.' }),
    timeout: Flags.string({ summary: 'How long --wait waits, such as 90s; 0 for no limit.', default: '5m' }),
    watch: Flags.boolean({
      summary: 'Show the state again and again: in place on a terminal, else a line for each change.',
    }),
  };

  async run(): Promise<number> {
    const { flags } = await this.parse(NodeStatus);
    const format = FORMATS.find((known) => known === flags.output);
    if (format === undefined) throw new UsageError(`unrecognized output format '${flags.output}'`);
    if (flags.wait && flags.watch) throw new UsageError('--wait and --watch cannot be used together');
    const timeout = milliseconds('--timeout', flags.timeout);
    const context = await this.world(flags);
    const check = flags.check || flags.wait;
    const socketDir = flags['socket-dir'] ?? context.env['CALICO_BIRD_SOCKET_DIR'] ?? '';
    const input: ProbeInput = {
      ...this.common(flags),
      socketDir: socketDir === '' ? undefined : socketDir,
      all: check || format !== 'ps',
      check,
      nodeName: flags['node-name'],
    };
    const probe = new StatusProbe(context, thisMachine(), input);
    try {
      if (flags.watch) {
        this.warnAtOnce();
        return await watchStatus(context, probe, format);
      }
      const result = flags.wait ? await waited(context, probe, timeout) : await probe.look();
      return await print(context, result, format);
    } catch (error) {
      throw error instanceof RootNeeded ? new Exit(1, rootNeeded(format), error) : error;
    }
  }
}

/** Waits for the sessions, and says on standard error for which ones whenever that changes. */
async function waited(context: Context, probe: StatusProbe, timeout: number): Promise<ProbeResult> {
  let said = '';
  return probe.until(timeout, ({ check, felix }) => {
    if (check?.ok === true) return;
    const [first = '', ...more] = check === undefined ? [`felix is ${felix}`] : checkText(check).trimEnd().split('\n');
    const shown = more.slice(0, SHOWN_WHILE_WAITING);
    const left = more.length - shown.length;
    const text = [first, ...shown, ...(left === 0 ? [] : [`and ${left} more`])]
      .map((line) => `waiting: ${line}\n`)
      .join('');
    if (text !== said) context.io.err(text);
    said = text;
  });
}

async function print(context: Context, result: ProbeResult, format: StatusFormat): Promise<number> {
  const { check, warnings } = result;
  const { io } = context;
  const text = await statusText(result, { wide: format === 'wide', colour: io.colour });
  if (format === 'json') io.out(`${formatJson(statusJson(result))}\n`);
  else if (format === 'yaml') io.out(formatYaml(statusJson(result)));
  else io.out(check === undefined ? text.stdout : `${text.stdout.trimEnd()}\n\n${checkText(check)}`);
  io.err(text.stderr);
  for (const warning of warnings) context.warn(warning);
  return check?.ok === false ? 1 : text.exitCode;
}
