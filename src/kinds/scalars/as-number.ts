import { CodecError } from '../schema.ts';
import { decimal } from './decimal.ts';
import { mismatch } from './mismatch.ts';

const MAX_AS_NUMBER = 0xffff_ffff;
const MAX_PART = 0xffff;

/**
 * Reads an AS number of 32 bits (RFC 6793): an integer, or text that is one in decimal or in the form `high.low` of RFC 5396 (asdot+).
 *
 * @throws {CodecError} when it is neither, or out of range
 */
export function parseAsNumber(input: number | string): number {
  if (typeof input === 'number') {
    if (Number.isInteger(input) && input >= 0 && input <= MAX_AS_NUMBER) return input;
    throw mismatch('number', 'string');
  }
  const plain = decimal(input, MAX_AS_NUMBER);
  if (plain !== undefined) return plain;
  const [high, low, ...rest] = input.split('.', 3).map((part) => decimal(part, MAX_PART));
  if (high === undefined || low === undefined || rest.length > 0) {
    throw new CodecError(`invalid AS Number format (${input})`);
  }
  return high * (MAX_PART + 1) + low;
}
