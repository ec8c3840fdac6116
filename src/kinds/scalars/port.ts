import { CodecError } from '../schema.ts';
import { decimal } from './decimal.ts';
import { mismatch } from './mismatch.ts';

/** A port of a rule in its canonical JSON form: a number, a range `min:max` with min below max, or a name. */
export type Port = number | string;

const MAX_PORT = 0xffff;
const RANGE = /^([0-9]+):([0-9]+)$/;
const NAME = /^[a-zA-Z0-9_.-]{1,128}$/;

/**
 * Reads a port, a range of ports or a named port (Calico's `numorstring.Port`). Port 0 is read; see {@link portProblem}.
 *
 * @throws {CodecError} when it is none of them
 */
export function parsePort(input: number | string): Port {
  if (typeof input === 'number') {
    if (Number.isInteger(input) && input >= 0 && input <= MAX_PORT) return input;
    throw mismatch(`number ${input}`, 'uint16');
  }
  if (/^[0-9]+$/.test(input)) {
    const single = decimal(input, MAX_PORT);
    if (single === undefined) throw new CodecError(`invalid port format (${input})`);
    return single;
  }
  const [, first, last] = RANGE.exec(input) ?? [];
  if (first !== undefined && last !== undefined) return parseRange(input, first, last);
  if (!NAME.test(input)) throw new CodecError(`invalid name for named port (${input})`);
  return input;
}

function parseRange(input: string, first: string, last: string): Port {
  const min = decimal(first, MAX_PORT);
  if (min === undefined) throw new CodecError(`invalid minimum port number in range (${input})`);
  const max = decimal(last, MAX_PORT);
  if (max === undefined) throw new CodecError(`invalid maximum port number in range (${input})`);
  if (min > max) {
    throw new CodecError(`minimum port number (${min}) is greater than maximum port number (${max}) in port range`);
  }
  return min === max ? min : `${min}:${max}`;
}

/** The lowest and the highest port number that a port stands for; undefined for a named port. */
export function portNumbers(port: Port): { readonly min: number; readonly max: number } | undefined {
  if (typeof port === 'number') return { min: port, max: port };
  const [, min, max] = RANGE.exec(port) ?? [];
  return min === undefined || max === undefined ? undefined : { min: Number(min), max: Number(max) };
}

/** What the Go client's validation says against port 0, alone or at the start of a range. */
export function portProblem(port: Port): string | undefined {
  return portNumbers(port)?.min === 0 ? 'port range invalid, port number must be between 1 and 65535' : undefined;
}

/** Whether a text is a valid name of a port (RFC 6335 §5.1, as Kubernetes applies it): `http`, `metrics-2`. */
export function isPortName(text: string): boolean {
  return /^[a-z0-9](?:-?[a-z0-9])*$/.test(text) && text.length <= 15 && /[a-z]/.test(text);
}
