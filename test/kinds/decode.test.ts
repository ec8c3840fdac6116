import { describe, expect, test } from 'vitest';
import { decodeStruct, inputNode } from '../../src/kinds/decode.ts';
import { requireKind } from '../../src/kinds/index.ts';
import type { JsonObject } from '../../src/kinds/schema.ts';

/** The texts of all problems of a BGPPeer's spec, the one that Go reports first. */
function problemsOf(spec: JsonObject): readonly string[] {
  const node = inputNode(spec);
  if (node.type !== 'map') throw new TypeError('a spec is an object');
  return decodeStruct(requireKind('BGPPeer').spec, node, { coerce: true }).problems.map(({ message }) => message);
}

describe('decodeStruct() reports first', () => {
  const UNKNOWN = 'json: unknown field "aaa"';
  const OBJECT = 'json: cannot unmarshal object into Go struct field BGPPeerSpec.node of type string';

  test('the problem of the first key', () => {
    expect(problemsOf({ node: { a: 'b' }, aaa: 1 })).toEqual([UNKNOWN, OBJECT]);
  });

  test('a scalar that its own decoder refuses, whatever stands before it', () => {
    expect(problemsOf({ node: { a: 'b' }, aaa: 1, asNumber: '1.1.1', maxRestartTime: '1d' })).toEqual([
      'invalid AS Number format (1.1.1)',
      UNKNOWN,
      'time: unknown unit "d" in duration "1d"',
      OBJECT,
    ]);
  });

  test('a scalar of the wrong type for its own decoder', () => {
    expect(problemsOf({ aaa: 1, maxRestartTime: 30 })).toEqual([
      'json: cannot unmarshal number into Go struct field BGPPeerSpec.maxRestartTime of type string',
      UNKNOWN,
    ]);
  });
});
