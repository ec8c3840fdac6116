import * as Flags from '@oclif/core/flags';
import { UsageError } from '../../cli/argv.ts';
import { BaseCommand, milliseconds } from '../../cli/base-command.ts';
import type { GlobalValues } from '../../cli/base-command.ts';
import { Exit } from '../../cli/errors.ts';
import { configFlag } from '../../cli/flags.ts';
import { formatAmong } from '../../cli/formats.ts';
import { thisMachine } from '../../cli/machine.ts';
import { namesIn } from '../../cli/names.ts';
import { prefixed } from '../../cli/prefixed.ts';
import type { Context } from '../../context.ts';
import { RootNeeded } from '../../operations/node-status.ts';
import { remoteStatus } from '../../operations/remote-status.ts';
import { StatusProbe } from '../../operations/status-probe.ts';
import type { ProbeResult } from '../../operations/status-probe.ts';
import type { Json } from '../../kinds/schema.ts';
import { formatJson } from '../../output/json.ts';
import { formatYaml } from '../../output/yaml.ts';
import { parallelismFlag, parallelismOf } from '../bgp/asking-flags.ts';
import { remoteJson } from './remote-json.ts';
import { RemoteProgressLine } from './remote-progress.ts';
import { remoteText } from './remote-text.ts';
import { statusJson } from './status-json.ts';
import { checkText, rootNeeded, statusText } from './status-text.ts';
import type { StatusText } from './status-text.ts';
import { watchStatus } from './status-watch.ts';
import type { StatusFormat } from './status-watch.ts';

const FORMATS: readonly StatusFormat[] = ['ps', 'wide', 'json', 'yaml'];
const SHOWN_WHILE_WAITING = 3;
const WAIT = '5m';
const REPORT = '1m';
const ASK_DIRECTLY =
  'BIRD itself can be asked where its sockets can be reached: calicoctl bgp sessions --actual --sockets NODE=FOLDER';

export default class NodeStatus extends BaseCommand {
  static override summary = 'Show the state of BGP sessions.';
  static override description =
    'Shows what the BIRD daemons of this machine say of their BGP sessions, or with --node and --all what other nodes report of theirs. Needs root, unless the folder of the control sockets is named or nodes report.';
  static override usage = 'node status';
  static override examples = [
    'calicoctl node status',
    'calicoctl node status --check',
    'calicoctl node status --wait --timeout 2m -o json',
    'calicoctl node status --socket-dir /run/calico -o wide',
    'calicoctl node status --all --check',
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
      summary: 'Exit with 1 unless every session that the datastore demands is up, and say which are not.',
    }),
    'node-name': Flags.string({ summary: 'Name of this node in the datastore, where it cannot be found out.' }),
    wait: Flags.boolean({ summary: 'Check again and again until every session is up.' }),
    timeout: Flags.string({
      summary: `How long --wait waits (${WAIT}), or without it the report of a node may take (${REPORT}), such as 90s; 0 for no limit.`,
    }),
    watch: Flags.boolean({
      summary: 'Show the state again and again: in place on a terminal, else a line for each change.',
    }),
    node: Flags.string({
      summary: 'Have this node report through a CalicoNodeStatus; several with commas between them.',
    }),
    all: Flags.boolean({ summary: 'Have every node report that has an address for BGP.' }),
    ...parallelismFlag,
  };

  async run(): Promise<number> {
    const { flags, argv } = await this.parse(NodeStatus);
    const format = formatAmong(FORMATS, flags.output);
    refuseTogether(flags);
    const context = await this.world(flags);
    this.ignored(flags, argv.map(String), '', ': other nodes are asked with --node NAME or --all');
    return flags.all || flags.node !== undefined
      ? this.remote(context, flags, format)
      : this.local(context, flags, format);
  }

  /** What this machine's daemons say. */
  private async local(context: Context, flags: StatusFlags, format: StatusFormat): Promise<number> {
    const timeout = milliseconds('--timeout', flags.timeout ?? WAIT);
    const check = flags.check || flags.wait;
    const socketDir = flags['socket-dir'] ?? context.env['CALICO_BIRD_SOCKET_DIR'] ?? '';
    const probe = new StatusProbe(context, thisMachine(), {
      ...this.common(flags),
      socketDir: socketDir === '' ? undefined : socketDir,
      all: check || format !== 'ps',
      check,
      nodeName: flags['node-name'],
    });
    try {
      if (flags.watch) {
        this.warnAtOnce();
        return await watchStatus(context, probe, format);
      }
      const result = flags.wait ? await waited(context, probe, timeout) : await probe.look();
      const text = await statusText(result, { wide: format === 'wide', colour: context.io.colour });
      for (const warning of result.warnings) context.warn(warning);
      return print(context, checked(text, result), format, () => statusJson(result));
    } catch (error) {
      throw error instanceof RootNeeded ? new Exit(1, rootNeeded(format), error) : error;
    }
  }

  /** What nodes report. */
  private async remote(context: Context, flags: StatusFlags, format: StatusFormat): Promise<number> {
    const timeout = milliseconds('--timeout', flags.timeout ?? (flags.wait ? WAIT : REPORT));
    const atOnce = parallelismOf(flags);
    const progress = new RemoteProgressLine(context.io);
    const check = flags.check || flags.wait;
    let result;
    try {
      result = await remoteStatus(context, {
        ...this.common(flags),
        nodes: flags.node === undefined ? 'all' : namesIn(flags.node),
        check,
        wait: flags.wait ? timeout : undefined,
        reportTimeout: flags.wait ? milliseconds('--timeout', REPORT) : timeout,
        atOnce,
        elsewhere: () => this.world(flags),
        seen: (step) => progress.show(step, check),
      });
    } finally {
      progress.clear();
    }
    const text = await remoteText(result, { wide: format === 'wide', colour: context.io.colour, check });
    const code = print(context, text, format, () => remoteJson(result));
    const isMissing = result.nodes.some(({ report }) => report === undefined);
    if (isMissing && (await context.datastore()).type === 'local') context.io.err(prefixed('hint', [ASK_DIRECTLY]));
    return code;
  }
}

interface StatusFlags extends GlobalValues {
  readonly 'socket-dir'?: string | undefined;
  readonly check: boolean;
  readonly 'node-name'?: string | undefined;
  readonly wait: boolean;
  readonly timeout?: string | undefined;
  readonly watch: boolean;
  readonly node?: string | undefined;
  readonly all: boolean;
  readonly 'max-parallelism': string;
}

/** Flags that contradict each other. @throws {UsageError} */
function refuseTogether(flags: StatusFlags): void {
  const local = ['watch', 'socket-dir', 'node-name'] as const;
  const pairs: readonly (readonly [keyof StatusFlags, keyof StatusFlags])[] = [
    ['wait', 'watch'],
    ['node', 'all'],
    ...local.flatMap((flag) => [['node', flag] as const, ['all', flag] as const]),
  ];
  const given = (flag: keyof StatusFlags): boolean => flags[flag] !== undefined && flags[flag] !== false;
  for (const [one, other] of pairs)
    if (given(one) && given(other)) throw new UsageError(`--${one} and --${other} cannot be used together`);
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

/** The check's words behind the tables, and its exit code. */
function checked(text: StatusText, { check }: ProbeResult): StatusText {
  if (check === undefined) return text;
  const stdout = `${text.stdout.trimEnd()}\n\n${checkText(check)}`;
  return { ...text, stdout, exitCode: check.ok ? text.exitCode : 1 };
}

/** Prints the text, or the document. Answers the exit code. */
function print({ io }: Context, text: StatusText, format: StatusFormat, document: () => Json): number {
  if (format === 'json') io.out(`${formatJson(document())}\n`);
  else io.out(format === 'yaml' ? formatYaml(document()) : text.stdout);
  io.err(text.stderr);
  return text.exitCode;
}
