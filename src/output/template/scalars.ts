/** The Go types that write themselves to JSON in a form of their own: times, durations, AS numbers, ports and protocols. */
import { formatDuration, parseDuration } from '../../kinds/scalars/duration.ts';
import type { CodecSchema, Json } from '../../kinds/schema.ts';
import { messageString } from './messages.ts';
import type { GoType, ScalarType, StructType, Value } from './types.ts';
import { fieldOf, integer, intType, pointerTo, STRING, structOf, text, zero } from './types.ts';

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
  string: (value) => (value.kind === 'int' ? String(value.data) : ''),
};
const asNumber: GoScalar = { type: asNumberType, value: (json) => integer(wholeOf(json), asNumberType) };

const durationString = (value: Value): string => (value.kind === 'int' ? formatDuration(value.data) : '');
const goDuration: ScalarType = { ...intType('time.Duration'), string: durationString };
const durationType: StructType = {
  kind: 'struct',
  name: 'v1.Duration',
  fields: [{ name: 'Duration', type: goDuration, embedded: true }],
  // A message of Kubernetes: its own String method hides the one of the time.Duration inside.
  pointerString: messageString,
};
const duration: GoScalar = {
  type: durationType,
  value: (json) => structOf(durationType, [integer(parseDuration(typeof json === 'string' ? json : '0'), goDuration)]),
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
    if (typeof json !== 'string') return portOf(wholeOf(json), wholeOf(json), '');
    const [, min, max] = /^(\d+):(\d+)$/.exec(json) ?? [];
    return min === undefined || max === undefined ? portOf(0, 0, json) : portOf(BigInt(min), BigInt(max), '');
  },
};

function portOf(min: bigint | number, max: bigint | number, name: string): Value {
  return structOf(portType, [integer(min, UINT16), integer(max, UINT16), text(name)]);
}

/** A number or a text: one struct for both, with a mark which one it is. */
function numberOrText(
  shape: Pick<StructType, 'name'> & { readonly mark: string; readonly number: string; readonly numberType: string },
  methods: (string: (value: Value) => string) => Pick<StructType, 'string' | 'pointerString'>,
): GoScalar {
  const mark = intType(shape.mark);
  const number = intType(shape.numberType);
  const type: StructType = {
    kind: 'struct',
    name: shape.name,
    fields: [
      { name: 'Type', type: mark },
      { name: shape.number, type: number },
      { name: 'StrVal', type: STRING },
    ],
    ...methods((value) =>
      numberField(value, 'Type') === 0n ? String(numberField(value, shape.number)) : stringField(value, 'StrVal'),
    ),
  };
  return {
    type,
    value: (json) =>
      typeof json === 'string'
        ? structOf(type, [integer(1, mark), integer(0, number), text(json)])
        : structOf(type, [integer(0, mark), integer(wholeOf(json), number), text('')]),
  };
}

const uint8OrString = (name: string): GoScalar =>
  numberOrText({ name, mark: 'numorstring.NumOrStringType', number: 'NumVal', numberType: 'uint8' }, (string) => ({
    string,
  }));
const intOrString = numberOrText(
  { name: 'intstr.IntOrString', mark: 'intstr.Type', number: 'IntVal', numberType: 'int32' },
  (string) => ({ pointerString: (value) => (value === undefined ? '<nil>' : string(value)) }),
);

/** Seconds from the first of January of the year 1, from which Go counts, to 1970. */
const UNIX_EPOCH = 62_135_596_800n;

const WALL = intType('uint64');
const SECONDS = intType('int64');
const LOCATION = pointerTo({ kind: 'struct', name: 'time.Location', fields: [] });
/** Templates may not read the fields of a time, but see them in what `printf` makes of a verb that is not for times. */
const goTime: StructType = {
  kind: 'struct',
  name: 'time.Time',
  fields: [
    { name: 'wall', type: WALL },
    { name: 'ext', type: SECONDS },
    { name: 'loc', type: LOCATION },
  ],
  string: timeString,
  goString: timeSyntax,
};
const timeType: StructType = {
  kind: 'struct',
  name: 'v1.Time',
  fields: [{ name: 'Time', type: goTime, embedded: true }],
  string: timeString,
  goString: timeSyntax,
};
const time: GoScalar = {
  type: timeType,
  value(json) {
    const milliseconds = typeof json === 'string' ? Date.parse(json) : Number.NaN;
    if (Number.isNaN(milliseconds)) return zero(timeType);
    const seconds = BigInt(Math.floor(milliseconds / 1000)) + UNIX_EPOCH;
    return structOf(timeType, [structOf(goTime, [integer(0, WALL), integer(seconds, SECONDS), zero(LOCATION)])]);
  },
};

function dateOf(value: Value): Date {
  return new Date(Number(numberField(value, 'ext') - UNIX_EPOCH) * 1000);
}

/** `Time.String`, in UTC. */
function timeString(value: Value): string {
  return `${dateOf(value).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;
}

/** `Time.GoString`, in UTC. */
function timeSyntax(value: Value): string {
  const date = dateOf(value);
  const month = date.toLocaleString('en-US', { month: 'long', timeZone: 'UTC' });
  const clock = [date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].join(', ');
  return `time.Date(${date.getUTCFullYear()}, time.${month}, ${clock}, 0, time.UTC)`;
}

const SCALARS: Readonly<Record<string, GoScalar>> = {
  'numorstring.ASNumber': asNumber,
  'v1.Duration': duration,
  'numorstring.Port': port,
  'numorstring.Protocol': uint8OrString('numorstring.Protocol'),
  'numorstring.DSCP': uint8OrString('numorstring.DSCP'),
  'intstr.IntOrString': intOrString,
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
