import { describe, expect, test } from 'vitest';
import { bgpFilter } from '../../src/kinds/bgp-filter.ts';
import { decodeFile } from '../../src/manifests/decode.ts';
import { object } from './store-of.ts';
import { byTag, several, verdictOn } from './verdict.ts';

const onSpec = (spec: string): string => verdictOn('BGPFilter', spec);
const onRule = (rule: string, list = 'exportV4'): string => onSpec(`{${list}: [${rule}]}`);
const HERE = 'spec.exportV4[0]';
const inBody = (path: string, text: string): string => `${path} (${path} in body ${text})`;

describe('a rule', () => {
  test.each([
    ['{action: Accept}', 'valid'],
    ['{action: Accept, asPathPrefix: [70000, "1.1"]}', 'valid'],
    ['{action: Accept, matchOperator: In, cidr: 10.0.0.0/8, prefixLength: {min: 32, max: 0}}', 'valid'],
    [
      '{action: Accept, cidr: 10.0.0.0/8}',
      `error with field ${HERE} (cidr and matchOperator must both be set or both be empty)`,
    ],
    [
      '{action: Accept, matchOperator: In}',
      `error with field ${HERE} (cidr and matchOperator must both be set or both be empty)`,
    ],
    [
      '{action: Accept, prefixLength: {min: 8}}',
      `error with field ${HERE} (cidr is required when prefixLength is set)`,
    ],
    [
      '{action: Reject, operations: [{setPriority: {value: 5}}]}',
      `error with field ${HERE} (operations may only be used with action Accept)`,
    ],
    [
      '{source: RemotePeers}',
      several(byTag('Action', '', 'required'), `${HERE}.action (supported values: "Accept", "Reject")`),
    ],
    ['{action: Drop}', `error with field ${HERE}.action (supported values: "Accept", "Reject")`],
    [
      '{action: Accept, matchOperator: Like, cidr: 10.0.0.0/8}',
      `error with field ${HERE}.matchOperator (supported values: "Equal", "NotEqual", "In", "NotIn")`,
    ],
    [
      '{action: Accept, matchOperator: In, cidr: 10.0.0.1/8}',
      `error with field ${byTag('CIDR', '10.0.0.1/8', 'netv4')}`,
    ],
    ['{action: Accept, matchOperator: In, cidr: "fd00::/8"}', `error with field ${byTag('CIDR', 'fd00::/8', 'netv4')}`],
    [
      '{action: Accept, matchOperator: In, cidr: 10.0.0.1}',
      `error with field ${inBody(`${HERE}.cidr`, 'must be of type cidr: "10.0.0.1"')}`,
    ],
    [
      '{action: Accept, matchOperator: In, cidr: 10.0.0.0/8, prefixLength: {min: 33}}',
      several(
        byTag('Min', '33', 'bgpFilterPrefixLengthV4'),
        inBody(`${HERE}.prefixLength.min`, 'should be less than or equal to 32'),
      ),
    ],
    [
      '{action: Accept, source: Nowhere}',
      several(byTag('Source', 'Nowhere', 'oneof'), `${HERE}.source (supported values: "RemotePeers")`),
    ],
    [
      '{action: Accept, peerType: both}',
      several(byTag('PeerType', 'both', 'oneof'), `${HERE}.peerType (supported values: "eBGP", "iBGP")`),
    ],
    ['{action: Accept, interface: e/h}', `error with field ${byTag('Interface', 'e/h', 'bgpFilterInterface')}`],
    [
      '{action: Accept, interface: interface-of-a-long-name}',
      several(
        byTag('Interface', 'interface-of-a-long-name', 'bgpFilterInterface'),
        `${HERE}.interface (may not be more than 15 bytes)`,
      ),
    ],
    [
      '{action: Accept, priority: 0}',
      several(byTag('Priority', '0', 'gte'), inBody(`${HERE}.priority`, 'should be greater than or equal to 1')),
    ],
    [
      '{action: Accept, priority: 2147483647}',
      several(
        byTag('Priority', '2147483647', 'lte'),
        inBody(`${HERE}.priority`, 'should be less than or equal to 2147483646'),
      ),
    ],
  ])('%s', (rule, message) => {
    expect(onRule(rule)).toBe(message);
  });

  test.each([
    [
      '{action: Accept, matchOperator: In, cidr: 10.0.0.0/8}',
      `error with field ${byTag('CIDR', '10.0.0.0/8', 'netv6')}`,
    ],
    ['{action: Accept, matchOperator: In, cidr: "fd00::/8", prefixLength: {max: 128}}', 'valid'],
  ])('of IPv6: %s', (rule, message) => {
    expect(onRule(rule, 'importV6')).toBe(message);
  });
});

describe('communities of a rule', () => {
  const VALUES = `${HERE}.communities.values`;
  test.each([
    ['{values: ["65535:65535"]}', 'valid'],
    ['{values: ["4294967295:0:1"]}', 'valid'],
    ['{}', several(byTag('Values', '[]', 'required'), inBody(VALUES, 'must be of type array: "null"'))],
    ['{values: []}', `error with field ${inBody(VALUES, 'should have at least 1 items')}`],
    ['{values: ["1:1", "2:2"]}', `error with field ${VALUES} (must have at most 1 item)`],
  ])('%s', (communities, message) => {
    expect(onRule(`{action: Accept, communities: ${communities}}`)).toBe(message);
  });

  test.each(['65536:1', '01:1', '1', '4294967296:0:1', '1:2:3:4'])('may not be %s', (value) => {
    const message = onRule(`{action: Accept, communities: {values: ["${value}"]}}`);
    expect(message.replace(/should match '.*'/, "should match '…'")).toBe(
      `error with field ${inBody(`${VALUES}[0]`, "should match '…'")}`,
    );
  });
});

describe('operations of a rule', () => {
  const FIRST = `${HERE}.operations[0]`;
  test.each([
    ['[{}]', `error with field ${inBody(FIRST, 'should have at least 1 properties')}`],
    [
      '[{setPriority: {value: 1}, addCommunity: {value: "1:1"}}]',
      `error with field ${FIRST} (must have at most 1 item)`,
    ],
    [
      '[{setPriority: {}}]',
      several(
        byTag('Value', '<nil>', 'required'),
        inBody(`${FIRST}.setPriority.value`, 'must be of type integer: "null"'),
      ),
    ],
    [
      '[{addCommunity: {}}]',
      several(
        byTag('Value', '<nil>', 'required'),
        inBody(`${FIRST}.addCommunity.value`, 'must be of type string: "null"'),
      ),
    ],
    [
      '[{prependASPath: {}}]',
      several(
        byTag('Prefix', '[]', 'required'),
        inBody(`${FIRST}.prependASPath.prefix`, 'must be of type array: "null"'),
      ),
    ],
    [
      '[{prependASPath: {prefix: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]}}]',
      `error with field ${FIRST}.prependASPath.prefix (must have at most 10 items)`,
    ],
    [
      '[{prependASPath: {prefix: [4200000000]}}]',
      `error with field BGPFilter (Checked value must be of type integer with format int32 in ${FIRST}.prependASPath.prefix[0])`,
    ],
    [
      `[${'{setPriority: {value: 1}},'.repeat(11)}]`,
      `error with field ${HERE}.operations (must have at most 10 items)`,
    ],
  ])('%s', (operations, message) => {
    expect(onRule(`{action: Accept, operations: ${operations}}`)).toBe(message);
  });
});

test('rules keep the order of their fields, with AS numbers as numbers', () => {
  const document = `{apiVersion: projectcalico.org/v3, kind: BGPFilter, metadata: {name: f}, spec: {importV6: [
    {operations: [{addCommunity: {value: "65000:200"}}], action: Accept, asPathPrefix: ["1.1"], peerType: eBGP}]}}`;
  const { resources } = decodeFile('f.yaml', new TextEncoder().encode(document));
  expect(JSON.stringify(resources[0]?.resource.spec)).toBe(
    '{"importV6":[{"peerType":"eBGP","asPathPrefix":[65537],"action":"Accept","operations":[{"addCommunity":{"value":"65000:200"}}]}]}',
  );
});

test('the columns count the rules', () => {
  const rules = [{ action: 'Accept' }, { action: 'Reject' }];
  const { cells, narrow } = bgpFilter.columns;
  const row = object('BGPFilter', 'f', { exportV4: rules, importV6: rules.slice(1) });
  expect(narrow.map((heading) => cells[heading]?.(row, { get: () => undefined }))).toEqual(['f', '2', '0', '0', '1']);
});
