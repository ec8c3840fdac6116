/** One BIRD daemon of a fabric: the process, which may stop and start again, and the file it is configured by. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram } from '../servers/binaries.ts';
import { askBird, startBirdProcess } from '../servers/bird.ts';
import { makeFolder } from '../servers/process.ts';
import type { ServerProcess } from '../servers/process.ts';
import { run, RunError } from '../servers/run.ts';
import type { Version } from './confd/cluster.ts';
import type { FabricNetwork } from './network.ts';

/** A row of `show protocols` about BGP, as BIRD prints it. */
export interface ProtocolRow {
  readonly version: Version;
  readonly name: string;
  /** `up`, `start`, `down`, `wait`… */
  readonly state: string;
  readonly since: string;
  /** state of BGP and error, with single spaces; '' when BIRD says nothing */
  readonly info: string;
}

export class Daemon {
  readonly version: Version;
  readonly socket: string;
  readonly #network: FabricNetwork;
  readonly #configFile: string;
  readonly #program: string;
  #process: ServerProcess | undefined;
  #installed: string;
  /** The text that BIRD would not take, and why. */
  #refused: { readonly text: string; readonly words: string } | undefined;

  /** @param sockets the folder for the control socket and the configuration file */
  private constructor(version: Version, sockets: string, network: FabricNetwork, program: string, text: string) {
    const name = version === 4 ? 'bird' : 'bird6';
    this.version = version;
    this.socket = join(sockets, `${name}.ctl`);
    this.#configFile = join(sockets, `${name}.cfg`);
    this.#network = network;
    this.#program = program;
    this.#installed = text;
  }

  static async start(version: Version, sockets: string, network: FabricNetwork, text: string): Promise<Daemon> {
    const daemon = new Daemon(version, sockets, network, await findProgram(version === 4 ? 'bird' : 'bird6'), text);
    writeFileSync(daemon.#configFile, text);
    await daemon.run([]);
    return daemon;
  }

  isRunning(): boolean {
    return this.#process?.isRunning() ?? false;
  }

  /** BIRD's words about the text that it does not take; undefined while it has what it was given last. */
  refusal(): string | undefined {
    return this.#refused?.words;
  }

  ask(command: string): Promise<string> {
    return askBird(this.socket, command);
  }

  /** Starts the process. */
  async run(options: readonly string[]): Promise<void> {
    if (this.isRunning()) return;
    this.#process = await startBirdProcess({
      command: [...this.#network.before, this.#program],
      folder: makeFolder('bird'),
      configFile: this.#configFile,
      socket: this.socket,
      options,
    });
  }

  /** Ends the process: politely, which tells its neighbours, or as a crash would. */
  async end(how: 'stop' | 'kill'): Promise<void> {
    if (how === 'kill') await this.#process?.kill();
    await this.#process?.stop();
    this.#process = undefined;
  }

  /** Installs a text as confd does: one that BIRD does not take leaves the file that is there, and one that is there already is left alone. */
  async install(text: string): Promise<void> {
    if (text === this.#installed) {
      this.#refused = undefined;
      return;
    }
    if (text === this.#refused?.text) return;
    const staged = `${this.#configFile}.staged`;
    writeFileSync(staged, text);
    const words = await this.#check(staged);
    if (words !== '') {
      this.#refused = { text, words };
      return;
    }
    renameSync(staged, this.#configFile);
    this.#installed = text;
    this.#refused = undefined;
    if (!this.isRunning()) return;
    const answer = await this.ask('configure');
    if (!/^Reconfigur/m.test(answer))
      throw new Error(`BIRD does not take a configuration that it found good: ${answer}`);
  }

  /** Waits until the daemon has carried out its last change of configuration. */
  async settled(): Promise<void> {
    while (this.isRunning() && (await this.ask('show status')).includes('Reconfiguration in progress')) await sleep(20);
  }

  async protocols(): Promise<readonly ProtocolRow[]> {
    const rows = (await this.ask('show protocols')).split('\n').map((line) => line.trim().split(/\s+/));
    return rows.flatMap(([name = '', type, , state = '', since = '', ...info]) =>
      type === 'BGP' ? [{ version: this.version, name, state, since, info: info.join(' ') }] : [],
    );
  }

  /** The distinct prefixes of the table. */
  async prefixes(): Promise<readonly string[]> {
    const lines = (await this.ask('show route primary')).split('\n');
    return [
      ...new Set(lines.map((line) => /^[\da-f.:]+\/\d+/.exec(line)?.[0] ?? '').filter((prefix) => prefix !== '')),
    ];
  }

  /** What BIRD has against a file; '' for nothing. */
  async #check(file: string): Promise<string> {
    if (this.isRunning()) {
      const answer = await this.ask(`configure check "${file}"`);
      return answer.includes('Configuration OK') ? '' : (answer.split('\n').at(-1) ?? 'refused');
    }
    try {
      await run(this.#program, ['-p', '-c', file]);
      return '';
    } catch (error) {
      if (error instanceof RunError) return error.stderr.trim();
      throw error;
    }
  }
}
