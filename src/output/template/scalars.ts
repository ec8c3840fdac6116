/** The Go types that write themselves to JSON in a form of their own: times, durations, AS numbers, ports and protocols. */
import { formatDuration, parseDuration } from '../../kinds/scalars/duration.ts';
import type { CodecSchema, Json } from '../../kinds/schema.ts';
import type { GoType, ScalarType, StructType, Value } from './types.ts';
import { fieldOf, integer, intType, STRING, structOf, text } from './types.ts';

interface GoScalar {
  readonly type: GoType;
  value(json: Json): Value;
}

const stringField = (value: Value, name: string): string => {
  const part = fieldOf(value, name);
  return part?.kind === 'string' ? part.data : '';
};
const numberField = (value: Value, name: string): bigint => {
  const part = fieldOf(value, name);
  return part?.kind === 'int' ? part.data : 0n;
};

const asNumberType: ScalarType = {
  ...intType('numorstring.ASNumber', 'uint32'),
  string: ({ data }) => String(data),
};
const asNumber: GoScalar = { type: asNumberType, value: (json) => integer(wholeOf(json), asNumberType) };

const durationString = (value: Value): string => (value.kind === 'int' ? formatDuration(value.data) : '');
const goDuration: ScalarType = { ...intType('time.Duration'), string: durationString };
const durationType: StructType = {
  kind: 'struct',
  name: 'v1.Duration',
  fields: [{ name: 'Duration', type: goDuration, embedded: true }],
  string: (value) => durationString(fieldOf(value, 'Duration') ?? value),
};
const duration: GoScalar = {
  type: durationType,
  value: (json) => structOf(durationType, [integer(parseDuration(String(json)), goDuration)]),
};

const UINT16 = intType('uint16');
const portType: StructType = {
  kind: 'struct',
  name: 'numorstring.Port',
  fields: [
    { name: 'MinPort', type: UINT16 },
    { name: 'MaxPort', type: UINT16 },
    { name: 'PortName', type: STRING },
  ],
  string(value) {
    const name = stringField(value, 'PortName');
    if (name !== '') return name;
    const min = numberField(value, 'MinPort');
    const max = numberField(value, 'MaxPort');
    return min === max ? String(min) : `${min}:${max}`;
  },
};
const port: GoScalar = {
  type: portType,
  value(json) {
    const [, min, max] = /^(\d+):(\d+)$/.exec(String(json)) ?? [];
    const isName = typeof json === 'string' && min === undefined;
    const [from, to] = isName ? [0, 0] : [Number(min ?? json), Number(max ?? json)];
    return structOf(portType, [integer(from, UINT16), integer(to, UINT16), text(isName ? json : '')]);
  },
};

/** A number or a text: one struct for both, with a mark which one it is. */
function numberOrText(
  name: string,
  mark: string,
  number: [field: string, type: string],
  textField = 'StrVal',
): GoScalar {
  const markType = intType(mark);
  const numberType = intType(number[1]);
  const type: StructType = {
    kind: 'struct',
    name,
    fields: [
      { name: 'Type', type: markType },
      { name: number[0], type: numberType },
      { name: textField, type: STRING },
    ],
  };
  const string = (value: Value): string =>
    numberField(value, 'Type') === 0n ? String(numberField(value, number[0])) : stringField(value, textField);
  const printing: StructType =
    name === 'intstr.IntOrString'
      ? { ...type, pointerString: (value) => (value === undefined ? '<nil>' : string(value)) }
      : { ...type, string };
  return {
    type: printing,
    value: (json) =>
      typeof json === 'string'
        ? structOf(printing, [integer(1, markType), integer(0, numberType), text(json)])
        : structOf(printing, [integer(0, markType), integer(wholeOf(json), numberType), text('')]),
  };
}

/** Times have no fields that a template may read; they print as `Time.String` does in UTC. */
const goTime: StructType = {
  kind: 'struct',
  name: 'time.Time',
  fields: [{ name: 'wall', type: STRING }],
  string: timeString,
};
const timeType: StructType = {
  kind: 'struct',
  name: 'v1.Time',
  fields: [{ name: 'Time', type: goTime, embedded: true }],
  string: timeString,
};
const time: GoScalar = {
  type: timeType,
  value: (json) => structOf(timeType, [structOf(goTime, [text(typeof json === 'string' ? json : '')])]),
};

function timeString(value: Value): string {
  const stamp = stringField(value, 'wall') || '0001-01-01T00:00:00Z';
  return `${stamp.slice(0, 10)} ${stamp.slice(11, 19)} +0000 UTC`;
}

const SCALARS: Readonly<Record<string, GoScalar>> = {
  'numorstring.ASNumber': asNumber,
  'v1.Duration': duration,
  'numorstring.Port': port,
  'numorstring.Protocol': numberOrText('numorstring.Protocol', 'numorstring.NumOrStringType', ['NumVal', 'uint8']),
  'numorstring.DSCP': numberOrText('numorstring.DSCP', 'numorstring.NumOrStringType', ['NumVal', 'uint8']),
  'intstr.IntOrString': numberOrText('intstr.IntOrString', 'intstr.Type', ['IntVal', 'int32']),
  'v1.Time': time,
};

/** The Go type behind a codec. @throws {TypeError} for a codec that templates do not know */
export function scalarFor({ go }: CodecSchema): GoScalar {
  const scalar = SCALARS[go];
  if (scalar === undefined) throw new TypeError(`no Go type: ${go}`);
  return scalar;
}

function wholeOf(json: Json): bigint | number {
  return typeof json === 'bigint' ? json : typeof json === 'number' ? json : 0;
}
