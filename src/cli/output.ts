/**
 * Text for standard output and standard error. Short texts are written to the file descriptor at once: the stream objects
 * of the runtime take longer to make than a short command takes to run (Bun: 8 of 15 ms, Node: 2 of 40 ms).
 */
import { fstatSync, writeSync } from 'node:fs';

/** Bytes that may be written at once. A pipe that nobody reads holds 64 KiB, so that no more than this can block. */
const AT_ONCE = 32 * 1024;

export class Output {
  readonly #descriptor: 1 | 2;
  // On Windows only the streams know the encoding of a console.
  #room = process.platform === 'win32' ? 0 : AT_ONCE;
  #stream: NodeJS.WriteStream | undefined;
  /** nothing more can be written: the reader went away, or there is no place for it */
  #ended = false;
  #failure: Error | undefined;
  /** writes that the stream has not handed over */
  #pending = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(descriptor: 1 | 2) {
    this.#descriptor = descriptor;
  }

  /**
   * Writes a text, now or as soon as the reader takes it. A reader that went away (`| head`) is not an error; what else
   * goes wrong (a full disk) is for `drained`.
   */
  write(text: string): void {
    if (text === '' || this.#ended) return;
    const bytes = Buffer.from(text);
    const rest = bytes.length <= this.#room || this.#isFile() ? this.#atOnce(bytes) : bytes;
    if (rest.length > 0) this.#later(rest);
  }

  /** Resolves when everything was handed to the reader, or the reader went away. @throws the error of a write */
  async drained(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      this.#settle();
    });
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** A file takes everything at once. */
  #isFile(): boolean {
    return process.platform !== 'win32' && this.#stream === undefined && fstatSync(this.#descriptor).isFile();
  }

  /** Returns what must wait: nothing, unless the reader is slow and its pipe does not wait itself. */
  #atOnce(bytes: Uint8Array): Uint8Array {
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.#descriptor, bytes, written);
      this.#room -= written;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#room = 0;
      if ('code' in error && error.code === 'EAGAIN') return bytes.subarray(written);
      this.#fail(error);
    }
    return new Uint8Array();
  }

  #later(bytes: Uint8Array): void {
    this.#room = 0;
    this.#stream ??= this.#open();
    this.#pending++;
    this.#stream.write(bytes, (error) => {
      this.#pending--;
      if (error) this.#fail(error);
      else this.#settle();
    });
  }

  #open(): NodeJS.WriteStream {
    const stream = this.#descriptor === 1 ? process.stdout : process.stderr;
    return stream.on('error', (error: Error) => this.#fail(error));
  }

  #fail(error: Error): void {
    this.#ended = true;
    // What standard error cannot take can be told nowhere.
    if (this.#descriptor === 1 && !('code' in error && error.code === 'EPIPE')) this.#failure ??= error;
    this.#settle();
  }

  #settle(): void {
    if (this.#pending > 0 && !this.#ended) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** The two streams of the process. */
export const standardOutput = new Output(1);
export const standardError = new Output(2);

/** Resolves when everything written so far was handed to its reader, or the reader went away. @throws the error of a write */
export async function drained(): Promise<void> {
  await Promise.all([standardOutput.drained(), standardError.drained()]);
}
