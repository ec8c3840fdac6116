import { expect, test } from 'vitest';
import { parseProtocol, protocolProblem, supportsPorts } from '../../../src/kinds/scalars/protocol.ts';

test.each<[number | string, number | string]>([
  [0, 0],
  [6, 6],
  [255, 255],
  ['6', 6],
  ['006', 6],
  ['256', '256'],
  ['TCP', 'TCP'],
  ['tcp', 'tcp'],
  ['', ''],
])('parseProtocol() reads %j as %j', (input, expected) => {
  expect(parseProtocol(input)).toBe(expected);
});

test.each([256, -1, 1.5])('parseProtocol() refuses the number %d as being of the wrong type', (input) => {
  const mismatch = { got: `number ${input}`, want: 'uint8' };
  expect(() => parseProtocol(input)).toThrow(expect.objectContaining({ name: 'CodecError', mismatch }));
});

test.each(['TCP', 'UDP', 'ICMP', 'ICMPv6', 'SCTP', 'UDPLite', 1, 255])('protocolProblem() lets %j pass', (protocol) => {
  expect(protocolProblem(protocol)).toBeUndefined();
});

test.each([
  [0, 'protocol number invalid'],
  ['tcp', 'protocol name invalid'],
  ['256', 'protocol name invalid'],
  ['', 'protocol name invalid'],
])('protocolProblem() objects to %j', (protocol, problem) => {
  expect(protocolProblem(protocol)).toBe(problem);
});

test('supportsPorts() is true for TCP, UDP and SCTP, by name and by number', () => {
  const protocols = ['TCP', 'UDP', 'SCTP', 6, 17, 132, 'ICMP', 'UDPLite', 1, 'tcp'];
  expect(protocols.filter(supportsPorts)).toEqual(['TCP', 'UDP', 'SCTP', 6, 17, 132]);
});
