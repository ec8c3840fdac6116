import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { findProgram } from './binaries.ts';
import { freePorts, makeFolder, startProcess } from './process.ts';
import type { ServerProcess } from './process.ts';

/** What is known of a daemon before it starts, for writing its configuration. */
export interface BirdPlace {
  /** From 1, in the order of the daemons. */
  readonly number: number;
  /** The daemon's own loopback address, 127.0.0.(10 + number). */
  readonly address: string;
  /** The port on which every daemon of this start listens for BGP, each on its own address. */
  readonly port: number;
}

/** A running BIRD daemon. */
export interface BirdDaemon extends BirdPlace {
  /** The path of its control socket. */
  readonly socket: string;
  /** Sends a command (`show protocols`) and gives the answer as the program `birdc` prints it, without the greeting. */
  birdc(command: string): Promise<string>;
  /** Replaces the configuration and lets the daemon read it. Throws an Error with BIRD's words if it refuses. */
  configure(config: string): Promise<void>;
  /** What the daemon logged so far. */
  log(): string;
  /** As for `ServerProcess` in process.ts. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/**
 * Starts BIRD daemons for IPv4 side by side on loopback addresses, without privileges. `configure` gives the text of each
 * configuration: usually {@link birdBase} and some {@link birdPeer}. They are ready when their control sockets answer;
 * sessions take seconds longer. Throws if BIRD cannot be had or refuses a configuration.
 */
export async function startBird(
  count: number,
  configure: (self: BirdPlace, all: readonly BirdPlace[]) => string,
): Promise<readonly BirdDaemon[]> {
  const program = await findProgram('bird');
  // A port that is free on every address is free on each of them.
  const [port = 0] = await freePorts(1, '0.0.0.0');
  const places = Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    address: `127.0.0.${11 + index}`,
    port,
  }));
  const starts = await Promise.allSettled(places.map((place) => startDaemon(program, place, configure(place, places))));
  const daemons = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const failed = starts.find((start) => start.status === 'rejected');
  if (!failed) return daemons;
  await Promise.all(daemons.map((daemon) => daemon.stop()));
  throw failed.reason;
}

async function startDaemon(program: string, place: BirdPlace, config: string): Promise<BirdDaemon> {
  const folder = makeFolder('bird');
  const configFile = join(folder, 'bird.conf');
  const socket = join(folder, 'bird.ctl');
  writeFileSync(configFile, config);
  const process = await startBirdProcess({ command: [program], folder, configFile, socket });
  return {
    ...place,
    socket,
    birdc: (command) => askBird(socket, command),
    async configure(next) {
      writeFileSync(configFile, next);
      const answer = await askBird(socket, 'configure');
      if (!/^Reconfigur/m.test(answer)) throw new Error(`BIRD does not take the configuration: ${answer}`);
    },
    log: () => process.log(),
    stop: () => process.stop(),
    kill: () => process.kill(),
  };
}

/** Where a daemon finds and leaves its things. */
export interface BirdCommand {
  /** The program, and whatever stands before it: `nsenter --net=FILE bird6`. */
  readonly command: readonly string[];
  /** From `makeFolder`; goes with the process. */
  readonly folder: string;
  readonly configFile: string;
  readonly socket: string;
  /** Options of the program besides those that name files. */
  readonly options?: readonly string[];
}

/** Starts one daemon, `bird` or `bird6`, and waits until its control socket answers. Throws as `startProcess` does. */
export function startBirdProcess({
  command: [program = 'bird', ...before],
  folder,
  configFile,
  socket,
  options = [],
}: BirdCommand): Promise<ServerProcess> {
  return startProcess({
    name: 'bird',
    program,
    args: [...before, '-f', '-c', configFile, '-s', socket, '-P', join(folder, 'bird.pid'), ...options],
    folder,
    ready: async () => (await askBird(socket, 'show status')) !== '',
  });
}

/** The part of a configuration that every daemon needs. */
export function birdBase(self: BirdPlace): string {
  return `log stderr all;
router id ${self.address};
listen bgp address ${self.address} port ${self.port};
protocol device {
}
`;
}

/** A BGP session with another daemon, named as Calico names those of its mesh; `more` are further options of it. */
export function birdPeer(self: BirdPlace, peer: BirdPlace, more = ''): string {
  return `protocol bgp Mesh_${peer.address.replaceAll('.', '_')} {
  local ${self.address} as 64512;
  neighbor ${peer.address} port ${peer.port} as 64512;
  multihop;
  connect retry time 1;
  connect delay time 1;
  error wait time 1, 2;
  ${more}
}
`;
}

const answerMilliseconds = 10_000;

/**
 * Asks the daemon behind a control socket and gives the answer as the program `birdc` prints it, without the greeting. Speaks the socket's
 * protocol: lines with a code of four digits, `-` behind it if more lines follow.
 */
export function askBird(socket: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    let isGreeted = false;
    let rest = '';
    const connection = connect(socket);
    connection.setTimeout(answerMilliseconds, () => {
      connection.destroy(new Error(`BIRD gave no answer to ${command}`));
    });
    connection.once('error', reject);
    connection.once('close', () => reject(new Error(`BIRD hung up before its answer to ${command}`)));
    connection.setEncoding('utf8').on('data', (text: string) => {
      const complete = (rest + text).split('\n');
      rest = complete.pop() ?? '';
      for (const line of complete) {
        const [, isLast, words = ''] = /^(?:\d{4}([ -])|[ +])(.*)$/.exec(line) ?? [];
        if (isGreeted) lines.push(words);
        if (isLast !== ' ') continue;
        if (isGreeted) {
          // The empty line with the final code is the end of a table, not a part of it.
          resolve(lines.join('\n').trimEnd());
          connection.destroy();
          return;
        }
        isGreeted = true;
        connection.write(`${command}\n`);
      }
    });
  });
}
