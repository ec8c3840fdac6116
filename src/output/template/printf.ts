/** Go's fmt (pkg.go.dev/fmt) for the values that templates can hold. */
import type { Flags } from './flags.ts';
import { pad, PLAIN } from './flags.ts';
import { formatComplex, formatFloat, formatInteger } from './format-numbers.ts';
import { formatString } from './format-strings.ts';
import type { Maybe, Value } from './types.ts';

/** Stands for the address that Go prints for a pointer inside something, which differs from run to run. */
const ADDRESS = '0xc000000000';

/** `fmt.Sprint`: blanks only between operands of which neither is a string. */
export function sprint(values: readonly Maybe[]): string {
  const operands = values.map(concrete);
  return operands
    .map((value, index) => {
      const before = operands[index - 1];
      const blank = index > 0 && value?.kind !== 'string' && before?.kind !== 'string';
      return (blank ? ' ' : '') + printValue(value, 'v', PLAIN, 0);
    })
    .join('');
}

/** `fmt.Sprintln`: blanks between all operands, and the end of the line. */
export function sprintln(values: readonly Maybe[]): string {
  return `${values.map((value) => printValue(concrete(value), 'v', PLAIN, 0)).join(' ')}\n`;
}

/** What an interface holds: fmt never sees the interface itself. */
function concrete(value: Maybe): Maybe {
  return value?.kind === 'interface' ? concrete(value.data) : value;
}

/** `fmt.Sprintf`. */
export function sprintf(format: string, values: readonly Maybe[]): string {
  return new Formatter(format, values.map(concrete)).run();
}

class Formatter {
  private readonly format: string;
  private readonly values: readonly Maybe[];
  private at = 0;
  private operand = 0;
  private reordered = false;
  private goodIndex = true;
  /** `[n]` has been read and waits for what it belongs to */
  private afterIndex = false;

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
    this.afterIndex = false;
    this.reordered = false;
    const signs = /[-+# 0]*/y;
    signs.lastIndex = this.at;
    const [given = ''] = signs.exec(this.format) ?? [];
    this.at += given.length;
    let out = '';
    let minus = given.includes('-');
    this.index();
    let width: number | undefined;
    if (this.format[this.at] === '*') {
      this.at++;
      width = this.star();
      if (width === undefined) out += '%!(BADWIDTH)';
      else if (width < 0) {
        width = -width;
        minus = true;
      }
      this.afterIndex = false;
    } else {
      width = this.number();
      if (this.afterIndex && width !== undefined) this.goodIndex = false;
    }
    let precision: number | undefined;
    if (this.format[this.at] === '.') {
      this.at++;
      if (this.afterIndex) this.goodIndex = false;
      this.index();
      if (this.format[this.at] === '*') {
        this.at++;
        precision = this.star();
        if (precision !== undefined && precision < 0) precision = undefined;
        else if (precision === undefined) out += '%!(BADPREC)';
        this.afterIndex = false;
      } else precision = this.number() ?? 0;
    }
    if (!this.afterIndex) this.index();
    const verb = this.verb();
    if (verb === '') return `${out}%!(NOVERB)`;
    const flags: Flags = {
      plus: given.includes('+'),
      minus,
      sharp: given.includes('#'),
      space: given.includes(' '),
      zero: given.includes('0') && !minus,
      names: false,
      syntax: false,
      ...(width === undefined ? {} : { width }),
      ...(precision === undefined ? {} : { precision }),
    };
    return out + this.carryOut(verb, flags);
  }

  private carryOut(verb: string, flags: Flags): string {
    if (verb === '%') return '%';
    if (!this.goodIndex) return `%!${verb}(BADINDEX)`;
    if (this.operand >= this.values.length) return `%!${verb}(MISSING)`;
    const value = this.values[this.operand++];
    if (verb !== 'v') return printValue(value, verb, flags, 0);
    if (flags.sharp) return printValue(value, verb, { ...flags, sharp: false, syntax: true }, 0);
    return printValue(value, verb, { ...flags, plus: flags.plus && false, names: flags.plus }, 0);
  }

  private verb(): string {
    const code = this.format.codePointAt(this.at);
    if (code === undefined) return '';
    const verb = String.fromCodePoint(code);
    this.at += verb.length;
    return verb;
  }

  private number(): number | undefined {
    const pattern = /[0-9]+/y;
    pattern.lastIndex = this.at;
    const [digits] = pattern.exec(this.format) ?? [];
    if (digits === undefined) return undefined;
    this.at += digits.length;
    const number = Number(digits);
    return number > WIDEST ? undefined : number;
  }

  /** `[n]`: the operand that comes next, counted from 1. */
  private index(): void {
    if (this.format[this.at] !== '[') return;
    this.reordered = true;
    const close = this.format.indexOf(']', this.at);
    const inside = this.format.slice(this.at + 1, close);
    this.at = close < 0 ? this.at + 1 : close + 1;
    const number = /^[0-9]+$/.test(inside) ? Number(inside) : 0;
    if (close < 0 || number < 1 || number > this.values.length) this.goodIndex = false;
    else {
      this.operand = number - 1;
      this.afterIndex = true;
    }
  }

  /** A width or precision that is an operand. */
  private star(): number | undefined {
    if (this.operand >= this.values.length) return undefined;
    const value = this.values[this.operand++];
    if (value?.kind !== 'int' || value.data > WIDEST || value.data < -WIDEST) return undefined;
    return Number(value.data);
  }
}

/** Go refuses widths beyond this. */
const WIDEST = 1e6;

/** `string=abc`, as in messages about operands. */
function describe(value: Maybe): string {
  return value === undefined ? '<nil>' : `${value.type.name}=${printValue(value, 'v', PLAIN, 0)}`;
}

function badVerb(verb: string, value: Maybe): string {
  return `%!${verb}(${describe(value)})`;
}

/** A value with a verb. `depth` is 0 for an operand, more inside of one. */
export function printValue(value: Maybe, verb: string, flags: Flags, depth: number): string {
  if (value === undefined) return verb === 'v' || verb === 'T' ? pad('<nil>', flags) : badVerb(verb, value);
  if (depth === 0 && verb === 'T') return formatString(value.type.name, 's', flags) ?? '';
  if (depth === 0 && verb === 'p')
    return value.kind === 'pointer' ? address(value.data === undefined, flags, true) : badVerb(verb, value);
  const own = ownForm(value, verb, flags);
  if (own !== undefined) return own;
  switch (value.kind) {
    case 'bool':
      return verb === 'v' || verb === 't' ? pad(String(value.data), flags) : badVerb(verb, value);
    case 'int':
      return formatInteger(value.data, verb, flags, value.type.unsigned === true) ?? badVerb(verb, value);
    case 'float':
      return formatFloat(value.data, verb, flags) ?? badVerb(verb, value);
    case 'complex':
      return formatComplex(value.data, verb, flags) ?? badVerb(verb, value);
    case 'string':
      return formatString(value.data, verb, flags) ?? badVerb(verb, value);
    case 'interface':
      if (value.data !== undefined) return printValue(value.data, verb, flags, depth + 1);
      return flags.syntax ? `${value.type.name}(nil)` : '<nil>';
    case 'pointer':
      return printPointer(value.data, value.type.name, verb, flags, depth) ?? badVerb(verb, value);
    default:
      return printParts(value, verb, flags, depth);
  }
}

/** The text of a String method. */
function ownForm(value: Value, verb: string, flags: Flags): string | undefined {
  if (flags.syntax || !'vsxXq'.includes(verb)) return undefined;
  if (value.kind !== 'pointer') {
    return value.type.string === undefined ? undefined : formatString(value.type.string(value), verb, flags);
  }
  const { string, pointerString } = value.type.to;
  if (pointerString !== undefined) return formatString(pointerString(value.data), verb, flags);
  if (string === undefined) return undefined;
  return value.data === undefined ? '<nil>' : formatString(string(value.data), verb, flags);
}

function printPointer(to: Maybe, type: string, verb: string, flags: Flags, depth: number): string | undefined {
  if (depth === 0 && (to?.kind === 'struct' || to?.kind === 'slice' || to?.kind === 'map'))
    return `&${printValue(to, verb, flags, depth + 1)}`;
  if (verb !== 'v' && verb !== 'p')
    return formatInteger(to === undefined ? 0n : BigInt(ADDRESS), verb === 's' ? '' : verb, flags, true);
  if (flags.syntax) return `(${type})(${to === undefined ? 'nil' : ADDRESS})`;
  return address(to === undefined, flags, verb === 'p');
}

function address(isNil: boolean, flags: Flags, number: boolean): string {
  return pad(isNil ? (number ? '0x0' : '<nil>') : ADDRESS, flags);
}

function printParts(value: Value, verb: string, flags: Flags, depth: number): string {
  const inside = (part: Value) => printValue(part, verb, flags, depth + 1);
  const { name } = value.type;
  if (value.kind === 'struct') {
    const named = flags.names || flags.syntax;
    const parts = value.type.fields.map((field, index) => (named ? `${field.name}:` : '') + inside(value.data(index)));
    return flags.syntax ? `${name}{${parts.join(', ')}}` : `{${parts.join(' ')}}`;
  }
  if (flags.syntax && value.data === undefined) return `${name}(nil)`;
  if (value.kind === 'slice') {
    const items = (value.data ?? []).map(inside);
    return flags.syntax ? `${name}{${items.join(', ')}}` : `[${items.join(' ')}]`;
  }
  if (value.kind !== 'map') return '';
  const entries = sortedEntries(value.data).map(
    ([key, item]) => `${formatString(key, verb, flags) ?? `%!${verb}(string=${key})`}:${inside(item)}`,
  );
  return flags.syntax ? `${name}{${entries.join(', ')}}` : `map[${entries.join(' ')}]`;
}

/** The entries of a map in the order of their keys. */
export function sortedEntries(map: ReadonlyMap<string, Value> | undefined): readonly (readonly [string, Value])[] {
  return [...(map ?? [])].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
