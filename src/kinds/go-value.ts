/** Values as Go's `%v` prints them. */
import { goJson } from './go-json.ts';
import { formatGoFloat } from './scalars/float.ts';
import type { Json, Schema } from './schema.ts';
import { zeroOf } from './canonical.ts';
import { bytewise, isJsonObject } from './schema.ts';

/** Stands for the address that Go prints for a pointer inside a struct, which differs from run to run. */
const ADDRESS = '0xc000000000';

/** A value as Go's `%v` prints it. `inside` a struct or list, pointers are addresses unless their type has a text form of its own. */
export function goValue(schema: Schema, value: Json | undefined, inside = false): string {
  const absent = value === undefined || value === null;
  switch (schema.type) {
    case 'pointer': {
      if (absent) return '<nil>';
      const { to } = schema;
      if (to.type === 'codec' || (!inside && to.type !== 'struct')) return goValue(to, value, inside);
      return inside ? ADDRESS : `&${goValue(to, value)}`;
    }
    case 'list':
      return `[${(Array.isArray(value) ? value : []).map((item: Json) => goValue(schema.item, item, true)).join(' ')}]`;
    case 'map': {
      const entries = isJsonObject(value) ? Object.entries(value).sort(([a], [b]) => bytewise(a, b)) : [];
      return `map[${entries.map(([key, item]) => `${key}:${goValue(schema.value, item, true)}`).join(' ')}]`;
    }
    case 'struct': {
      const given = isJsonObject(value) ? value : {};
      const parts = Object.entries(schema.fields).map(([key, { schema: part }]) => goValue(part, given[key], true));
      return `{${parts.join(' ')}}`;
    }
    case 'raw':
      return absent ? '<nil>' : ADDRESS;
    case 'float':
      return formatGoFloat(Number(value ?? 0), 64);
    case 'codec':
      return schema.print === undefined ? scalar(absent ? zeroOf(schema) : value) : schema.print(value ?? undefined);
    default:
      return scalar(absent ? zeroOf(schema) : value);
  }
}

function scalar(value: Json): string {
  return typeof value === 'object' ? goJson(value) : String(value);
}
