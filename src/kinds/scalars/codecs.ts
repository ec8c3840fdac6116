/** Scalars that Go decodes with a method of their own, as schemas. */
import type { Codec, CodecInput, CodecSchema, Json, Report } from '../schema.ts';
import { tagReason } from '../tags.ts';
import { parseAsNumber } from './as-number.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { mismatch } from './mismatch.ts';
import { isPortName, parsePort, portNumbers, portProblem } from './port.ts';
import { parseProtocol, protocolProblem } from './protocol.ts';

/** The Go decoder's name for what was given. */
function given(input: CodecInput): string {
  switch (input.type) {
    case 'int':
    case 'float':
      return 'number';
    case 'list':
      return 'array';
    case 'map':
      return 'object';
    default:
      return input.type;
  }
}

/** The text of a string, or the number; anything else is refused as not being of the Go type. */
function numberOrText(input: CodecInput, wanted: string): number | string {
  if (input.type === 'string') return input.text;
  if (input.type === 'int' || input.type === 'float') return Number(input.text);
  throw mismatch(given(input), wanted);
}

const asNumber: Codec = {
  expects: 'number',
  zero: 0,
  jsonSchema: {
    anyOf: [
      { type: 'integer', minimum: 0, maximum: 4294967295 },
      { type: 'string', pattern: '^[0-9]+(\\.[0-9]+)?$' },
    ],
  },
  decode: (input) => parseAsNumber(numberOrText(input, 'string')),
};
const duration: Codec = {
  expects: 'string',
  zero: '0s',
  jsonSchema: { type: 'string', pattern: '^[-+]?(0|([0-9]*\\.?[0-9]+(ns|us|µs|μs|ms|s|m|h))+)$' },
  decode(input) {
    if (input.type !== 'string') throw mismatch(given(input), 'string');
    return formatDuration(parseDuration(input.text));
  },
};
const port: Codec = {
  expects: 'number',
  zero: 0,
  jsonSchema: {
    anyOf: [
      { type: 'integer', minimum: 1, maximum: 65535 },
      { type: 'string', pattern: '^([1-9][0-9]{0,4}(:[1-9][0-9]{0,4})?|(?=.*[a-z])[a-z0-9](-?[a-z0-9])*)$' },
    ],
  },
  decode: (input) => parsePort(numberOrText(input, 'uint16')),
};
const protocol: Codec = {
  expects: 'number',
  zero: 0,
  jsonSchema: {
    anyOf: [
      { type: 'integer', minimum: 1, maximum: 255 },
      { enum: ['TCP', 'UDP', 'ICMP', 'ICMPv6', 'SCTP', 'UDPLite'] },
      { type: 'string', pattern: '^[1-9][0-9]{0,2}$' },
    ],
  },
  decode: (input) => parseProtocol(numberOrText(input, 'uint8')),
};
/** What is read is what a protocol is, but the names are others. */
const dscp: Codec = {
  ...protocol,
  jsonSchema: { anyOf: [{ type: 'integer', minimum: 0, maximum: 255 }, { type: 'string' }] },
};

/** numorstring.ASNumber; the CRDs declare it as int32. */
export function asNumberSchema(): CodecSchema {
  return { type: 'codec', go: 'numorstring.ASNumber', codec: asNumber, int32: true };
}
/** metav1.Duration: text in Go's syntax. */
export function durationSchema(): CodecSchema {
  return { type: 'codec', go: 'v1.Duration', codec: duration };
}
/** numorstring.Port: a number, a range `min:max`, or a name. */
export function portSchema(): CodecSchema {
  return { type: 'codec', go: 'numorstring.Port', codec: port, check: checkPort };
}
/** numorstring.Protocol: a number or a name. */
export function protocolSchema(): CodecSchema {
  return { type: 'codec', go: 'numorstring.Protocol', codec: protocol, check: checkProtocol };
}
/** numorstring.DSCP: a number or a name such as `AF11`, read as a protocol is. */
export function dscpSchema(): CodecSchema {
  return { type: 'codec', go: 'numorstring.DSCP', codec: dscp };
}

function checkPort(value: Json, report: Report, path: string): void {
  if (typeof value !== 'number' && typeof value !== 'string') return;
  const numbers = portNumbers(value);
  if (numbers === undefined && typeof value === 'string' && !isPortName(value))
    report({ name: 'PortName', value, reason: tagReason('PortName', 'portName'), path });
  const reason = portProblem(value);
  if (reason !== undefined) report({ name: 'Port', value: '0', given: String(value), reason, path });
}

function checkProtocol(value: Json, report: Report, path: string): void {
  if (typeof value !== 'number' && typeof value !== 'string') return;
  const reason = protocolProblem(value);
  if (reason !== undefined) report({ name: 'Protocol', value: String(value), reason, path });
}
