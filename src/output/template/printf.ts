/** `fmt.Sprintf` of Go (pkg.go.dev/fmt): the format, with its complaints about operands. */
import type { Flags } from './flags.ts';
import { concrete, describe, printValue } from './print-value.ts';
import type { Maybe } from './types.ts';

/** Go refuses widths beyond this. */
const WIDEST = 1e6;

/** The format with its directives carried out on the values. */
export function sprintf(format: string, values: readonly Maybe[]): string {
  return new Formatter(format, values.map(concrete)).run();
}

interface Precision {
  readonly precision?: number;
  /** an operand that was to be the precision is none */
  readonly bad?: true;
  /** `[n]` has been read and waits for what it belongs to */
  readonly indexed: boolean;
}

class Formatter {
  private readonly format: string;
  private readonly values: readonly Maybe[];
  private at = 0;
  private operand = 0;
  /** operands have been named by number, so that some may be left over */
  private reordered = false;
  private goodIndex = true;

  constructor(format: string, values: readonly Maybe[]) {
    this.format = format;
    this.values = values;
  }

  run(): string {
    let out = '';
    while (this.at < this.format.length) {
      const percent = this.format.indexOf('%', this.at);
      const end = percent < 0 ? this.format.length : percent;
      out += this.format.slice(this.at, end);
      this.at = end + 1;
      if (percent >= 0) out += this.directive();
    }
    if (this.reordered || this.operand >= this.values.length) return out;
    const extra = this.values.slice(this.operand).map(describe);
    return `${out}%!(EXTRA ${extra.join(', ')})`;
  }

  private directive(): string {
    this.goodIndex = true;
    const signs = this.match(/[-+# 0]*/y);
    let complaint = '';
    let indexed = this.index();
    let width: number | undefined;
    if (this.format[this.at] === '*') {
      width = this.star();
      if (width === undefined) complaint += '%!(BADWIDTH)';
      indexed = false;
    } else {
      width = this.number();
      if (indexed && width !== undefined) this.goodIndex = false;
    }
    const after = this.precision(indexed);
    if (after.bad) complaint += '%!(BADPREC)';
    if (!after.indexed) this.index();
    const minus = signs.includes('-') || (width ?? 0) < 0;
    const flags: Flags = {
      plus: signs.includes('+'),
      minus,
      sharp: signs.includes('#'),
      space: signs.includes(' '),
      zero: signs.includes('0') && !minus,
      names: false,
      syntax: false,
      ...(width === undefined ? {} : { width: Math.abs(width) }),
      ...(after.precision === undefined ? {} : { precision: after.precision }),
    };
    return complaint + this.carryOut(this.match(/./suy), flags);
  }

  private precision(indexed: boolean): Precision {
    if (this.format[this.at] !== '.' || this.at + 1 >= this.format.length) return { indexed };
    this.at++;
    if (indexed) this.goodIndex = false;
    const named = this.index();
    if (this.format[this.at] !== '*') return { precision: this.number() ?? 0, indexed: named };
    const precision = this.star();
    return precision === undefined || precision < 0 ? { bad: true, indexed: false } : { precision, indexed: false };
  }

  private carryOut(verb: string, flags: Flags): string {
    if (verb === '') return '%!(NOVERB)';
    if (verb === '%') return '%';
    if (!this.goodIndex) return `%!${verb}(BADINDEX)`;
    if (this.operand >= this.values.length) return `%!${verb}(MISSING)`;
    const value = this.values[this.operand++];
    if (verb !== 'v') return printValue(value, verb, flags, 0);
    if (flags.sharp) return printValue(value, verb, { ...flags, sharp: false, syntax: true }, 0);
    return printValue(value, verb, { ...flags, plus: false, names: flags.plus }, 0);
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const [found = ''] = pattern.exec(this.format) ?? [];
    this.at += found.length;
    return found;
  }

  private number(): number | undefined {
    const digits = this.match(/[0-9]+/y);
    if (digits === '') return undefined;
    // Go looks before it takes another digit, and gives up on the rest of the format.
    if (Number(digits.slice(0, -1)) <= WIDEST) return Number(digits);
    this.at = this.format.length;
    return undefined;
  }

  /** `[n]`: the operand that comes next, counted from 1. Answers whether there is one. */
  private index(): boolean {
    if (this.format[this.at] !== '[') return false;
    this.reordered = true;
    const close = this.format.indexOf(']', this.at);
    const inside = this.format.slice(this.at + 1, close);
    this.at = close < 0 ? this.at + 1 : close + 1;
    const number = /^[0-9]+$/.test(inside) ? Number(inside) : 0;
    if (close < 0 || number < 1 || number > this.values.length) {
      this.goodIndex = false;
      return false;
    }
    this.operand = number - 1;
    return true;
  }

  /** A width or precision that is an operand, at the `*`. */
  private star(): number | undefined {
    this.at++;
    if (this.operand >= this.values.length) return undefined;
    const value = this.values[this.operand++];
    if (value?.kind !== 'int' || value.data > WIDEST || value.data < -WIDEST) return undefined;
    return Number(value.data);
  }
}
