/** `len`, `index` and `slice` of Go's text/template. Strings count in bytes. */
import { held } from './compare.ts';
import { CallError } from './errors.ts';
import type { Maybe, Value } from './types.ts';
import { BYTE, integer, zero } from './types.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** What pointers and interfaces lead to, or the one of them that is nil. */
export function indirect(value: Value): Value {
  let inner = value;
  while ((inner.kind === 'pointer' || inner.kind === 'interface') && inner.data !== undefined) inner = inner.data;
  return inner;
}

/** @throws {CallError} */
export function lengthOf(given: Maybe): number {
  if (given === undefined) throw new CallError('reflect: call of reflect.Value.Type on zero Value');
  const item = indirect(given);
  if (item.kind === 'pointer' || item.kind === 'interface') throw new CallError('len of nil pointer');
  const length = extent(item) ?? (item.kind === 'map' ? (item.data?.size ?? 0) : undefined);
  if (length === undefined) throw new CallError(`len of type ${item.type.name}`);
  return length;
}

/** The number of places of a list or of bytes of a string. */
function extent(item: Value): number | undefined {
  if (item.kind === 'string') return encoder.encode(item.data).length;
  return item.kind === 'slice' ? (item.data?.length ?? 0) : undefined;
}

/** `index X 1 2`: X[1][2]. @throws {CallError} */
export function indexed(given: Maybe, indexes: readonly Maybe[]): Value {
  let item = held(given);
  if (item === undefined) throw new CallError('index of untyped nil');
  for (const index of indexes) item = step(indirect(item), held(index));
  return item;
}

function step(item: Value, index: Maybe): Value {
  switch (item.kind) {
    case 'pointer':
    case 'interface':
      throw new CallError('index of nil pointer');
    case 'string': {
      const bytes = encoder.encode(item.data);
      const byte = bytes[place(index, bytes.length)];
      if (byte === undefined) throw new CallError('reflect: string index out of range');
      return integer(byte, BYTE);
    }
    case 'slice': {
      const items = item.data ?? [];
      const found = items[place(index, items.length)];
      if (found === undefined) throw new CallError('reflect: slice index out of range');
      return found;
    }
    case 'map': {
      if (index === undefined) throw new CallError('value is nil; should be of type string');
      if (index.kind !== 'string' || index.type.name !== 'string')
        throw new CallError(`value has type ${index.type.name}; should be string`);
      return item.data?.get(index.data) ?? zero(item.type.value);
    }
    default:
      throw new CallError(`can't index item of type ${item.type.name}`);
  }
}

function place(index: Maybe, length: number): number {
  if (index === undefined) throw new CallError('cannot index slice/array with nil');
  if (index.kind !== 'int') throw new CallError(`cannot index slice/array with type ${index.type.name}`);
  if (index.data < 0n || index.data > BigInt(length)) throw new CallError(`index out of range: ${index.data}`);
  return Number(index.data);
}

/** `slice X 1 2`: X[1:2]. @throws {CallError} */
export function sliced(given: Maybe, indexes: readonly Maybe[]): Value {
  const outer = held(given);
  if (outer === undefined) throw new CallError('slice of untyped nil');
  const item = indirect(outer);
  if (item.kind === 'pointer' || item.kind === 'interface') throw new CallError('slice of nil pointer');
  if (indexes.length > 3) throw new CallError(`too many slice indexes: ${indexes.length}`);
  if (item.kind === 'string' && indexes.length === 3) throw new CallError('cannot 3-index slice a string');
  const length = extent(item);
  if (length === undefined) throw new CallError(`can't slice item of type ${item.type.name}`);
  const [from = 0, to = length, most = length] = indexes.map((index) => place(index, length));
  if (from > to) throw new CallError(`invalid slice index: ${from} > ${to}`);
  if (to > most) throw new CallError(`invalid slice index: ${to} > ${most}`);
  if (item.kind === 'string') return { ...item, data: decoder.decode(encoder.encode(item.data).slice(from, to)) };
  return item.kind === 'slice' ? { ...item, data: item.data?.slice(from, to) } : item;
}
