import type { Streams } from '../../src/context.ts';

/** Streams that keep what is written to them. */
export class MemoryStreams implements Streams {
  stdout = '';
  stderr = '';
  readonly width = 80;
  readonly outIsTTY = false;
  readonly errIsTTY: boolean;
  readonly colour = false;
  private readonly input: Uint8Array;

  constructor(input: string | Uint8Array = '', terminal = false) {
    this.input = typeof input === 'string' ? new TextEncoder().encode(input) : input;
    this.errIsTTY = terminal;
  }

  readInput(): Promise<Uint8Array> {
    return Promise.resolve(this.input);
  }

  out(text: string): void {
    this.stdout += text;
  }

  err(text: string): void {
    this.stderr += text;
  }
}
