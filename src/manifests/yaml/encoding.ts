/** From the bytes of a manifest to its characters, with the verdicts of go-yaml. */
import type { Position } from '../../kinds/node.ts';
import { YamlError } from './error.ts';

/** Characters that YAML does not allow unescaped: controls, halves of surrogate pairs, U+FFFE and U+FFFF. */
const FORBIDDEN = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

const CONTROL = 'yaml: control characters are not allowed';

/** The smallest code that takes a number of octets in UTF-8. */
const SMALLEST = [0, 0, 0x80, 0x800, 0x10000];

/** The text of a file in UTF-16 that says so by its byte order mark, as editors and shells on Windows write it; undefined for others. */
export function decodeUtf16(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  const little = first === 0xff && second === 0xfe;
  if (!little && !(first === 0xfe && second === 0xff)) return undefined;
  return new TextDecoder('utf-16le').decode(little ? bytes : swapPairs(bytes));
}

/** The text of a file in UTF-8 without its byte order mark; undefined when some of it is no UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The text without a byte order mark. @throws {YamlError} for characters that YAML does not allow, or bytes that are no text */
export function decodeYaml(source: string | Uint8Array, firstLine: number): string {
  const text = typeof source === 'string' ? source : (decodeUtf16(source) ?? decodeUtf8(source));
  if (text === undefined) throw encodingError(typeof source === 'string' ? new Uint8Array() : source, firstLine);
  const forbidden = FORBIDDEN.exec(text);
  if (forbidden !== null) throw new YamlError(CONTROL, placeOf(text.slice(0, forbidden.index), firstLine));
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** The first thing that is wrong with bytes that are no UTF-8. */
function encodingError(bytes: Uint8Array, firstLine: number): YamlError {
  let start = 0;
  while (start < bytes.length) {
    const length = sequenceLength(bytes[start] ?? 0);
    const problem = sequenceProblem(bytes.subarray(start, start + Math.max(length, 1)), length);
    if (problem !== undefined) {
      return new YamlError(
        problem,
        placeOf(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, start)), firstLine),
      );
    }
    start += length;
  }
  return new YamlError(CONTROL);
}

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if ((lead & 0xe0) === 0xc0) return 2;
  if ((lead & 0xf0) === 0xe0) return 3;
  return (lead & 0xf8) === 0xf0 ? 4 : 0;
}

function sequenceProblem(sequence: Uint8Array, length: number): string | undefined {
  if (length === 0) return 'yaml: invalid leading UTF-8 octet';
  if (sequence.length < length) return 'yaml: incomplete UTF-8 octet sequence';
  if (sequence.subarray(1).some((octet) => (octet & 0xc0) !== 0x80)) return 'yaml: invalid trailing UTF-8 octet';
  const lead = length === 1 ? 0x7f : 0x7f >> length;
  const code = sequence.reduce((value, octet, index) => (index === 0 ? octet & lead : value * 64 + (octet & 0x3f)), 0);
  if (code < (SMALLEST[length] ?? 0)) return 'yaml: invalid length of a UTF-8 sequence';
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return 'yaml: invalid Unicode character';
  return FORBIDDEN.test(String.fromCodePoint(code)) ? CONTROL : undefined;
}

function swapPairs(bytes: Uint8Array): Uint8Array {
  const swapped = new Uint8Array(bytes.length - (bytes.length % 2));
  for (let index = 0; index < swapped.length; index++) swapped[index] = bytes[index ^ 1] ?? 0;
  return swapped;
}

function placeOf(before: string, firstLine: number): Position {
  const lines = before.split('\n');
  return { line: firstLine + lines.length - 1, column: (lines.at(-1) ?? '').length + 1 };
}
