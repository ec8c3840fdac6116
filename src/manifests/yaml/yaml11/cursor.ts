/** A place in a document's text that moves forward and knows its line. */
import type { Position } from '../../../kinds/node.ts';
import { CR, isBreak, LF } from '../characters.ts';
import { YamlError } from '../error.ts';

export class Cursor {
  readonly text: string;
  /** line of the file in which the document starts, from 1 */
  readonly firstLine: number;
  offset = 0;
  /** from 0, within the document */
  line = 0;
  lineStart = 0;

  /** @param text without NUL characters */
  constructor(text: string, firstLine: number) {
    // NUL marks the end; four of them, because tokens are told apart by up to four characters.
    this.text = `${text}\0\0\0\0`;
    this.firstLine = firstLine;
  }

  get column(): number {
    return this.offset - this.lineStart;
  }

  /** Where the cursor stands in the file. */
  get at(): Position {
    return { line: this.firstLine + this.line, column: this.offset - this.lineStart + 1 };
  }

  /** The character code `distance` characters ahead, 0 at the end. */
  peek(distance = 0): number {
    return this.text.charCodeAt(this.offset + distance);
  }

  /** Steps over a line end and gives it as it counts in a scalar: a newline, except that LS and PS stay what they are. */
  skipBreak(): string {
    const code = this.peek();
    this.offset += code === CR && this.peek(1) === LF ? 2 : 1;
    this.newLine();
    return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n';
  }

  /** Counts a line that starts here. */
  newLine(): void {
    this.line++;
    this.lineStart = this.offset;
  }

  /** Steps over what is left of the line, without its end. */
  skipLine(): void {
    while (this.peek() !== 0 && !isBreak(this.peek())) this.offset++;
  }

  /** Whether `---` or `...` stands at the start of this line, alone or followed by a blank. */
  isAtDocumentMark(isEnd: (code: number) => boolean): boolean {
    if (this.offset !== this.lineStart) return false;
    const code = this.peek();
    return (code === 0x2d || code === 0x2e) && this.peek(1) === code && this.peek(2) === code && isEnd(this.peek(3));
  }

  /**
   * A problem that the scanner sees here. go-yaml names the line from 1, and not at all when it is the first.
   * @param at the place to blame, if it is not here
   */
  problem(text: string, at: Position = this.at): YamlError {
    return new YamlError(`yaml: ${this.line === 0 ? '' : `line ${this.line + 1}: `}${text}`, at);
  }
}
