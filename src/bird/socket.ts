/** A client of the control socket of a BIRD daemon. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { errnoText } from '../system-errors.ts';
import type { ReplyReader } from './reply.ts';

/** Nothing answers at the socket. The message is Go's (`dial unix PATH: connect: connection refused`). */
export class BirdUnreachable extends Error {
  override readonly name = 'BirdUnreachable' as const;
  /** there is no such socket */
  readonly missing: boolean;
  constructor(path: string, cause: NodeJS.ErrnoException) {
    super(`dial unix ${path}: connect: ${reasonOf(cause)}`, { cause });
    this.missing = cause.code === 'ENOENT';
  }
}

/** The conversation broke off, or the daemon stopped answering. The message is Go's (`read unix @->PATH: i/o timeout`). */
export class BirdLost extends Error {
  override readonly name = 'BirdLost' as const;
}

/** How to talk to a daemon. */
export interface BirdOptions {
  /** ends the conversation; its reason is thrown */
  readonly signal: AbortSignal;
  /** milliseconds in which every line must arrive; 2000 as in the Go calicoctl */
  readonly lineTimeout?: number;
}

/** An open conversation with a daemon, one question after the other. */
export interface BirdConnection {
  /**
   * Sends a command and hands the lines of the answer to `reader` until it has all of them.
   * @returns `closed` when the daemon hung up before that
   * @throws {BirdLost}, and what the reader throws
   */
  ask(command: string, reader: ReplyReader): Promise<'complete' | 'closed'>;
  close(): void;
}

/** Connects to the socket at `path`. @throws {BirdUnreachable} */
export function connectBird(path: string, options: BirdOptions): Promise<BirdConnection> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const fail = (error: Error): void => {
      reject(new BirdUnreachable(path, error));
    };
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.off('error', fail);
      resolve(new Connection(socket, path, options));
    });
  });
}

/** One at a time waits for the next line. */
class Connection implements BirdConnection {
  readonly #socket: Socket;
  readonly #path: string;
  readonly #lineTimeout: number;
  readonly #signal: AbortSignal;
  readonly #abort: () => void;
  #lines: string[] = [];
  #next = 0;
  #rest = '';
  #ended = false;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(socket: Socket, path: string, { signal, lineTimeout = 2000 }: BirdOptions) {
    this.#socket = socket;
    this.#path = path;
    this.#lineTimeout = lineTimeout;
    this.#signal = signal;
    this.#abort = () => this.#end(abortReason(signal));
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => this.#take(chunk.toString()));
    socket.on('end', () => this.#end());
    socket.on('close', () => this.#end());
    socket.on('error', (error) => this.#end(new BirdLost(this.#brokenBy(error), { cause: error })));
    if (signal.aborted) this.#abort();
    else signal.addEventListener('abort', this.#abort, { once: true });
  }

  async ask(command: string, reader: ReplyReader): Promise<'complete' | 'closed'> {
    if (!this.#ended) this.#socket.write(`${command}\n`);
    for (;;) {
      const line = this.#queued() ?? (await this.#arriving());
      if (line === undefined) return 'closed';
      if (reader.line(line)) return 'complete';
    }
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#abort);
    this.#socket.destroy();
  }

  #take(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    this.#lines.push(...lines.map(withoutReturn));
    this.#wake?.();
  }

  #end(failure?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = failure;
    // As for Go's scanner what stands after the last newline is a line, too.
    if (this.#rest !== '') this.#lines.push(withoutReturn(this.#rest));
    this.#rest = '';
    this.#wake?.();
  }

  #queued(): string | undefined {
    const line = this.#lines[this.#next];
    if (line !== undefined) this.#next++;
    else if (this.#next > 0) {
      this.#lines = [];
      this.#next = 0;
    }
    return line;
  }

  /** Waits for a whole line: pieces of one do not prolong its time. undefined when there will be none. */
  #arriving(): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        const line = this.#queued();
        if (line === undefined && !this.#ended) return;
        clearTimeout(timer);
        this.#wake = undefined;
        if (line !== undefined || this.#failure === undefined) resolve(line);
        else reject(this.#failure);
      };
      const timer = setTimeout(() => {
        this.#end(new BirdLost(`read unix @->${this.#path}: i/o timeout`));
        settle();
      }, this.#lineTimeout);
      this.#wake = settle;
      settle();
    });
  }

  #brokenBy(error: NodeJS.ErrnoException): string {
    const operation = error.code === 'EPIPE' ? 'write' : 'read';
    const text = `${operation} unix @->${this.#path}: ${operation}: ${reasonOf(error)}`;
    return operation === 'write' ? `unable to write to BIRD socket: ${text}` : text;
  }
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('cancelled');
}

function reasonOf(error: NodeJS.ErrnoException): string {
  return errnoText(error.code ?? '') ?? error.message;
}
