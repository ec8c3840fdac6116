/** What the BIRD daemons of this machine say. */
import type { Context, Machine } from '../context.ts';
import type { Family } from '../bird/session.ts';
import { askDaemon, SOCKET_FOLDERS } from './bird-daemons.ts';
import type { DaemonReport } from './bird-daemons.ts';
import { OperationError } from './errors.ts';

export interface LocalStatusInput {
  /** folder of the control sockets; with one neither the user nor the processes are looked at */
  readonly socketDir: string | undefined;
  /** everything BIRD tells, and all kinds of sessions */
  readonly all: boolean;
  /** for tests: see {@link askDaemon} */
  readonly lineTimeout?: number;
}

export interface LocalStatus {
  /** whether Felix runs; `not-checked` with a folder of sockets */
  readonly felix: 'running' | 'not-running' | 'not-checked';
  readonly daemons: Readonly<Record<Family, DaemonReport>>;
}

/** The processes of a machine are only shown to root. */
export class RootNeeded extends Error {
  override readonly name = 'RootNeeded' as const;
}

/**
 * The state of this machine's daemons. Processes are recognised as the Go calicoctl does, and besides the Felix of current releases.
 * @throws {RootNeeded} for any other user, {OperationError} where there is no Calico node for the operating system
 */
export async function localStatus(context: Context, machine: Machine, input: LocalStatusInput): Promise<LocalStatus> {
  const { socketDir, all, lineTimeout } = input;
  const { signal } = context;
  const ask = (family: Family, folders: readonly string[]): Promise<DaemonReport> =>
    askDaemon(family, folders, { all, signal, ...(lineTimeout === undefined ? {} : { lineTimeout }) });
  const both = async (folders: Readonly<Record<Family, readonly string[]>>): Promise<LocalStatus['daemons']> => {
    const [ipv4, ipv6] = await Promise.all([ask('ipv4', folders.ipv4), ask('ipv6', folders.ipv6)]);
    return { ipv4, ipv6 };
  };
  if (socketDir !== undefined)
    return { felix: 'not-checked', daemons: await both({ ipv4: [socketDir], ipv6: [socketDir] }) };
  if (machine.platform !== 'linux')
    throw new OperationError("'calicoctl node' commands are not available on this OS", [
      'with --node NAME or --all the status comes from the datastore',
    ]);
  if (machine.userId !== 0) throw new RootNeeded();
  const processes = await machine.processes();
  if (!processes.some(isFelix)) return { felix: 'not-running', daemons: await both({ ipv4: [], ipv6: [] }) };
  const foldersOf = (name: string): readonly string[] =>
    processes.some(([program]) => program === name) ? SOCKET_FOLDERS : [];
  return { felix: 'running', daemons: await both({ ipv4: foldersOf('bird'), ipv6: foldersOf('bird6') }) };
}

/**
 * The Go calicoctl takes a process for Felix when it is `calico-felix`, when it is `calico-node` with any arguments, or when its first argument is
 * `-felix`. Current releases start it as `calico component felix`, which that tool does not know.
 */
function isFelix([program = '', ...args]: readonly string[]): boolean {
  if (program === 'calico-felix' || program === 'calico-node' || args[0] === '-felix') return true;
  return program.replace(/^.*\//s, '') === 'calico' && args[0] === 'component' && args[1] === 'felix';
}
