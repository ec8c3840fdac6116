/** Values as Go's fmt prints them (pkg.go.dev/fmt). */
import type { Flags } from './flags.ts';
import { pad, PLAIN } from './flags.ts';
import { formatComplex, formatFloat, formatInteger } from './format-numbers.ts';
import { formatString } from './format-strings.ts';
import type { Maybe, Value } from './types.ts';
import { text } from './types.ts';

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
export function concrete(value: Maybe): Maybe {
  return value?.kind === 'interface' ? concrete(value.data) : value;
}

/** `string=abc`, as in messages about operands. */
export function describe(value: Maybe): string {
  return value === undefined ? '<nil>' : `${value.type.name}=${printValue(value, 'v', PLAIN, 0)}`;
}

/** A value with a verb that is not for it: it is shown without its String methods, but with the flags. */
function badVerb(verb: string, value: Maybe, flags: Flags): string {
  if (value === undefined) return `%!${verb}(<nil>)`;
  return `%!${verb}(${value.type.name}=${printOwn(value, 'v', flags, 0, true)})`;
}

/** A value with a verb. `depth` is 0 for an operand, more inside of one. */
export function printValue(value: Maybe, verb: string, flags: Flags, depth: number): string {
  if (value === undefined) return verb === 'v' || verb === 'T' ? pad('<nil>', flags) : badVerb(verb, value, flags);
  if (verb === 'w') return badVerb(verb, value, flags);
  if (depth === 0 && verb === 'T') return formatString(value.type.name, 's', flags) ?? '';
  if (depth === 0 && verb === 'p')
    return value.kind === 'pointer' || value.kind === 'slice' || value.kind === 'map'
      ? pointerNumber(value.data === undefined, 'p', flags)
      : badVerb(verb, value, flags);
  return printOwn(value, verb, flags, depth, false);
}

/** @param bare String methods are not asked */
function printOwn(value: Value, verb: string, flags: Flags, depth: number, bare: boolean): string {
  const own = bare ? undefined : ownForm(value, verb, flags);
  if (own !== undefined) return own;
  switch (value.kind) {
    case 'bool':
      return verb === 'v' || verb === 't' ? pad(String(value.data), flags) : badVerb(verb, value, flags);
    case 'int':
      return formatInteger(value.data, verb, flags, value.type.unsigned === true) ?? badVerb(verb, value, flags);
    case 'float':
      return formatFloat(value.data, verb, flags) ?? badVerb(verb, value, flags);
    case 'complex':
      return formatComplex(value.data, verb, flags) ?? badVerb(verb, value, flags);
    case 'string':
      return formatString(value.data, verb, flags) ?? badVerb(verb, value, flags);
    case 'interface':
      if (value.data !== undefined) return printOwn(value.data, verb, flags, depth + 1, bare);
      return flags.syntax ? `${value.type.name}(nil)` : '<nil>';
    case 'pointer': {
      const { data } = value;
      if (depth === 0 && (data?.kind === 'struct' || data?.kind === 'slice' || data?.kind === 'map'))
        return `&${printOwn(data, verb, flags, depth + 1, bare)}`;
      return printPointer(data === undefined, value.type.name, verb, flags) ?? badVerb(verb, value, flags);
    }
    default:
      return printParts(value, verb, flags, depth, bare);
  }
}

/** The text of a String or GoString method. */
function ownForm(value: Value, verb: string, flags: Flags): string | undefined {
  const type = value.kind === 'pointer' ? value.type.to : value.type;
  const target = value.kind === 'pointer' ? value.data : value;
  if (flags.syntax) {
    if (type.goString === undefined) return undefined;
    return target === undefined ? '<nil>' : pad(type.goString(target), flags);
  }
  if (!'vsxXq'.includes(verb)) return undefined;
  const { string, pointerString } = type;
  if (value.kind === 'pointer' && pointerString !== undefined) return formatString(pointerString(target), verb, flags);
  if (string === undefined) return undefined;
  return target === undefined ? '<nil>' : formatString(string(target), verb, flags);
}

function printPointer(isNil: boolean, type: string, verb: string, flags: Flags): string | undefined {
  if (verb === 'v') {
    if (flags.syntax) return `(${type})(${isNil ? 'nil' : ADDRESS})`;
    return isNil ? pad('<nil>', flags) : pointerNumber(isNil, 'v', flags);
  }
  return 'bodxX'.includes(verb) ? pointerNumber(isNil, verb, flags) : undefined;
}

function pointerNumber(isNil: boolean, verb: string, flags: Flags): string {
  const prefixed = verb === 'v' || verb === 'p';
  const form = { ...flags, syntax: false, sharp: prefixed ? !flags.sharp : flags.sharp };
  return formatInteger(isNil ? 0n : BigInt(ADDRESS), prefixed ? 'x' : verb, form, true) ?? '';
}

function printParts(value: Value, verb: string, flags: Flags, depth: number, bare: boolean): string {
  const inside = (part: Value) => printOwn(part, verb, flags, depth + 1, bare);
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
  const entries = sortedEntries(value.data).map(([key, item]) => `${inside(text(key))}:${inside(item)}`);
  return flags.syntax ? `${name}{${entries.join(', ')}}` : `map[${entries.join(' ')}]`;
}

/** The entries of a map in the order of their keys. */
export function sortedEntries(map: ReadonlyMap<string, Value> | undefined): readonly (readonly [string, Value])[] {
  return [...(map ?? [])].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
