/** How far a survey of nodes is. */
import type { Streams } from '../../context.ts';
import type { RemoteProgress } from '../../operations/remote-status.ts';

/** Between two lines where there is no terminal. */
const LINE_MILLISECONDS = 5000;

/** One line on standard error: rewritten in place on a terminal, else written anew every few seconds. One node alone has none. */
export class RemoteProgressLine {
  readonly #io: Streams;
  #shown = '';
  #written = Date.now();

  constructor(io: Streams) {
    this.#io = io;
  }

  show({ done, well, total }: RemoteProgress, checked: boolean): void {
    if (total < 2) return;
    const text = `${done} of ${total} nodes have answered${checked ? `, ${well} are well` : ''}`;
    if (this.#io.errIsTTY) {
      this.#io.err(`\r${text.padEnd(this.#shown.length)}`);
      this.#shown = text;
    } else if (Date.now() - this.#written >= LINE_MILLISECONDS) {
      this.#io.err(`${text}\n`);
      this.#written = Date.now();
    }
  }

  /** Takes the line off the terminal. */
  clear(): void {
    if (this.#shown !== '') this.#io.err(`\r${' '.repeat(this.#shown.length)}\r`);
    this.#shown = '';
  }
}
