/** Asking the BIRD daemons of a machine. */
import { StatusReader } from '../bird/daemon.ts';
import type { BirdDaemon } from '../bird/daemon.ts';
import { ProtocolsReader } from '../bird/protocols.ts';
import type { BirdSession, Family } from '../bird/session.ts';
import { BirdUnreachable, connectBird } from '../bird/socket.ts';
import type { BirdConnection } from '../bird/socket.ts';

export { isDisabled, isUp } from '../bird/session.ts';
export { secondsSince, uptime } from '../bird/uptime.ts';
export type { BirdSession } from '../bird/session.ts';

/** What one daemon answered. */
export interface DaemonReport {
  readonly family: Family;
  /** `not-running`: no such process; `unreachable`: nothing answers at the socket; `failed`: it stopped answering, or answered something else */
  readonly outcome: 'answered' | 'not-running' | 'unreachable' | 'failed';
  /** the socket that was asked, or tried last; '' where none was */
  readonly socket: string;
  /** why it did not answer, in Go's words */
  readonly problem: string;
  readonly hints: readonly string[];
  /** there is no socket at that path */
  readonly socketMissing: boolean;
  /** those it told of, even if it broke off */
  readonly sessions: readonly BirdSession[];
  /** only where all was asked for */
  readonly daemon: BirdDaemon | null;
}

/** Where the daemons of Calico have their sockets, in the order in which they are tried. */
export const SOCKET_FOLDERS: readonly string[] = ['/var/run/calico', '/var/run/bird'];

const SOCKET_NAMES: Readonly<Record<Family, string>> = { ipv4: 'bird.ctl', ipv6: 'bird6.ctl' };

/** The path of the socket of a family's daemon. */
export const socketIn = (folder: string, family: Family): string => `${folder}/${SOCKET_NAMES[family]}`;

export interface AskOptions {
  /** `show protocols all` and `show status` instead of `show protocols` */
  readonly all: boolean;
  readonly signal: AbortSignal;
  /** milliseconds for every line; 2000 when absent */
  readonly lineTimeout?: number;
}

/** Asks the daemon of a family at the first of the folders where it answers. Throws only when the signal is aborted. */
export async function askDaemon(
  family: Family,
  folders: readonly string[],
  options: AskOptions,
): Promise<DaemonReport> {
  const nothing = { family, hints: [], socketMissing: false, sessions: [], daemon: null } as const;
  let unreachable: DaemonReport = { ...nothing, outcome: 'not-running', socket: '', problem: '' };
  for (const folder of folders) {
    const socket = socketIn(folder, family);
    let connection;
    try {
      connection = await connectBird(socket, options);
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof BirdUnreachable)) throw error;
      unreachable = {
        ...nothing,
        outcome: 'unreachable',
        socket,
        problem: error.message,
        socketMissing: error.missing,
      };
      continue;
    }
    try {
      return await converse(connection, family, socket, options);
    } finally {
      connection.close();
    }
  }
  return unreachable;
}

async function converse(
  connection: BirdConnection,
  family: Family,
  socket: string,
  { all, signal }: AskOptions,
): Promise<DaemonReport> {
  const protocols = new ProtocolsReader(family, all);
  const status = new StatusReader();
  const report = (outcome: DaemonReport['outcome'], problem: string, hints: readonly string[]): DaemonReport => ({
    family,
    outcome,
    socket,
    problem,
    hints,
    socketMissing: false,
    sessions: protocols.sessions(),
    daemon: all ? status.daemon() : null,
  });
  try {
    const ends = [await connection.ask(all ? 'show protocols all' : 'show protocols', protocols)];
    if (all) ends.push(await connection.ask('show status', status));
    // The Go tool is content with what it got before BIRD hung up; whoever asks for everything must know.
    return all && ends.includes('closed')
      ? report('failed', `read unix @->${socket}: EOF`, [])
      : report('answered', '', []);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Error)) throw error;
    const hints = 'hints' in error && Array.isArray(error.hints) ? error.hints.map(String) : [];
    return report('failed', error.message, hints);
  }
}
