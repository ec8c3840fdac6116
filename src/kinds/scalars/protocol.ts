import { decimal } from './decimal.ts';
import { mismatch } from './mismatch.ts';

/** An IP protocol in its canonical JSON form: its number, or a name. */
export type Protocol = number | string;

const NAMES: ReadonlySet<Protocol> = new Set(['TCP', 'UDP', 'ICMP', 'ICMPv6', 'SCTP', 'UDPLite']);
const WITH_PORTS: ReadonlySet<Protocol> = new Set(['TCP', 'UDP', 'SCTP', 6, 17, 132]);
const MAX_PROTOCOL = 255;

/**
 * Reads a protocol (Calico's `numorstring.Protocol`): a number, also as text of digits, or else a name, which is not looked at here;
 * see {@link protocolProblem}.
 *
 * @throws {CodecError} when it is a number that does not fit 8 bits
 */
export function parseProtocol(input: number | string): Protocol {
  if (typeof input === 'string') return decimal(input, MAX_PROTOCOL) ?? input;
  if (Number.isInteger(input) && input >= 0 && input <= MAX_PROTOCOL) return input;
  throw mismatch(`number ${input}`, 'uint8');
}

/** What the Go client's validation says against a protocol: 0, and names other than the known ones in their exact case. */
export function protocolProblem(protocol: Protocol): string | undefined {
  if (typeof protocol === 'number') return protocol === 0 ? 'protocol number invalid' : undefined;
  return NAMES.has(protocol) ? undefined : 'protocol name invalid';
}

/** Whether rules for the protocol may name ports: TCP, UDP and SCTP, by name or number. */
export function supportsPorts(protocol: Protocol): boolean {
  return WITH_PORTS.has(protocol);
}
