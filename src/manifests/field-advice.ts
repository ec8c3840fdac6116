/** What is said about fields that cannot be read, beside the Go tool's words. */
import type { DecodeProblem } from '../kinds/decode.ts';
import type { InputNode } from '../kinds/node.ts';
import type { Schema, StructSchema } from '../kinds/schema.ts';
import type { Advice } from './advice.ts';
import { nearestName } from './nearest.ts';

/**
 * What is wrong with a field, for a person: without Go's types.
 * @param root the schema of the whole document
 */
export function fieldAdvice(problem: DecodeProblem, root: StructSchema): Advice {
  const { message, at, unknown, refused } = problem;
  if (unknown !== undefined) return { at, problem: unknownField(unknown, root) };
  if (refused === undefined) return { at, problem: message.replace(/^json: /, '') };
  const { node, schema } = refused;
  const wanted = wantedFor(schema);
  const own = message.startsWith('json: ') ? '' : `${message}: `;
  const not = own === '' ? `, not ${givenAs(node, schema)}` : '';
  return { at, problem: `${own}expected ${wanted}${not}`, fix: fixFor(problem.path, node, schema) };
}

function unknownField({ field, known }: NonNullable<DecodeProblem['unknown']>, root: StructSchema): string {
  const place = placeOf(root, field);
  if (place !== undefined) return `no such field here; ${field} is a field of ${place}`;
  const near = nearestName(field, known);
  if (near !== undefined) return `no such field, did you mean "${near}"?`;
  return known.length <= 24 ? `no such field; known fields: ${known.join(', ')}` : 'no such field';
}

/** The path of the struct that has a field of that name, the one nearest to the root; undefined when none has. What Calico itself writes does not count. */
function placeOf(root: StructSchema, name: string): string | undefined {
  let level: readonly (readonly [string, StructSchema])[] = Object.entries(root.fields).flatMap(([key, { schema }]) =>
    key === 'status' ? [] : structIn(key, schema),
  );
  for (let depth = 0; depth < 3; depth++) {
    const found = level.find(([, { fields }]) => Object.hasOwn(fields, name));
    if (found !== undefined) return found[0];
    level = level.flatMap(([path, { fields }]) =>
      Object.entries(fields).flatMap(([key, { schema }]) => structIn(`${path}.${key}`, schema)),
    );
  }
  return undefined;
}

function structIn(path: string, schema: Schema): readonly (readonly [string, StructSchema])[] {
  if (schema.type === 'pointer') return structIn(path, schema.to);
  return schema.type === 'struct' ? [[path, schema]] : [];
}

/** Scalars with a decoder of their own, by their Go type. */
const SCALARS: Readonly<Record<string, string>> = {
  'numorstring.ASNumber': 'an AS number, 0 to 4294967295 or in the form 1.10',
  'numorstring.DSCP': 'a number of 0 to 63, or a name such as AF11',
  'numorstring.Port': 'a port of 1 to 65535, a range such as 8080:8090, or the name of a port',
  'numorstring.Protocol': 'TCP, UDP, ICMP, ICMPv6, SCTP, UDPLite, or a number of 1 to 255',
  'v1.Duration': 'a duration such as 30s or 1m30s',
};

const WHOLE_NUMBERS: Readonly<Record<string, string>> = {
  int32: 'a whole number of -2147483648 to 2147483647',
  uint8: 'a whole number of 0 to 255',
  uint16: 'a whole number of 0 to 65535',
  uint32: 'a whole number of 0 to 4294967295',
};

function wantedFor(schema: Schema): string {
  switch (schema.type) {
    case 'pointer':
      return wantedFor(schema.to);
    case 'bool':
      return 'true or false';
    case 'int':
      return WHOLE_NUMBERS[schema.go] ?? 'a whole number';
    case 'float':
      return 'a number';
    case 'text':
      return 'a text';
    case 'codec':
      return SCALARS[schema.go] ?? 'another value';
    case 'list':
      return 'a list';
    case 'map':
    case 'struct':
      return 'a mapping of names and values';
    case 'raw':
      return 'a value';
  }
}

/** What was given. The text only where a short scalar was wanted: elsewhere it may be a secret. */
function givenAs(node: InputNode, schema: Schema): string {
  switch (node.type) {
    case 'map':
      return 'a mapping';
    case 'list':
      return 'a list';
    case 'null':
      return 'nothing';
    case 'string':
      return ['list', 'map', 'struct'].includes(schema.type)
        ? 'a text'
        : `the text ${JSON.stringify(short(node.text))}`;
    default:
      return short(node.source);
  }
}

const short = (text: string): string => (text.length <= 40 ? text : `${text.slice(0, 40)}…`);

/** The line to write, where what was meant is plain: a number or a boolean that has quotes. */
function fixFor(path: string, node: InputNode, schema: Schema): string | undefined {
  const name = /[^.]+$/.exec(path)?.[0] ?? '';
  if (node.type !== 'string' || name === '' || name.endsWith(']')) return undefined;
  if (schema.type === 'bool') {
    if (/^(?:true|yes|on|y|1|enabled)$/i.test(node.text)) return `${name}: true`;
    if (/^(?:false|no|off|n|0|disabled)$/i.test(node.text)) return `${name}: false`;
  }
  return (schema.type === 'int' && /^(?:0|[1-9]\d*)$/.test(node.text)) ||
    (schema.type === 'float' && /^(?:0|[1-9]\d*)(?:\.\d+)?$/.test(node.text))
    ? `${name}: ${node.text}`
    : undefined;
}
