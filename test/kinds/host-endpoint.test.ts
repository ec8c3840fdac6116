import { describe, expect, test } from 'vitest';
import { hostEndpoint } from '../../src/kinds/host-endpoint.ts';
import { object } from './store-of.ts';
import { byTag, several, verdictOn } from './verdict.ts';

const onSpec = (spec: string): string => verdictOn('HostEndpoint', spec);

test.each([
  ['{node: n1, interfaceName: "*"}', 'valid'],
  ['{node: n1, expectedIPs: [192.0.2.1, "2001:db8::1"], profiles: [p.1]}', 'valid'],
  ['{interfaceName: eth0}', 'error with field spec (node must be specified)'],
  ['{node: n1}', 'error with field spec (at least one of interfaceName or expectedIPs must be specified)'],
  [
    '{}',
    several('spec (at least one of interfaceName or expectedIPs must be specified)', 'spec (node must be specified)'),
  ],
  ['{node: N_1, interfaceName: eth0}', `error with field ${byTag('Node', 'N_1', 'name')}`],
  ['{node: n1, interfaceName: e/h}', `error with field ${byTag('InterfaceName', 'e/h', 'interface')}`],
  [
    '{node: n1, expectedIPs: [x, 10.0.0.0/8]}',
    several(byTag('ExpectedIPs[0]', 'x', 'ip'), byTag('ExpectedIPs[1]', '10.0.0.0/8', 'ip')),
  ],
  ['{node: n1, expectedIPs: [""]}', `error with field ${byTag('ExpectedIPs[0]', '', 'ip')}`],
  ['{node: n1, interfaceName: eth0, profiles: [P_1]}', `error with field ${byTag('Profiles[0]', 'P_1', 'name')}`],
])('%s', (spec, message) => {
  expect(onSpec(spec)).toBe(message);
});

describe('ports', () => {
  const without = 'EndpointPort protocol does not support ports.';
  test.each([
    ['{name: http, protocol: TCP, port: 80}', 'valid'],
    ['{name: http, protocol: "132", port: 65535}', 'valid'],
    ['{name: X, protocol: TCP, port: 80}', `error with field ${byTag('Name', 'X', 'portName')}`],
    ['{protocol: TCP, port: 80}', `error with field ${byTag('Name', '', 'portName')}`],
    [
      '{name: http, protocol: foo, port: 80}',
      several("Protocol = 'foo' (protocol name invalid)", `EndpointPort.Protocol = 'foo' (${without})`),
    ],
    [
      '{name: http, port: 80}',
      several("Protocol = '0' (protocol number invalid)", `EndpointPort.Protocol = '0' (${without})`),
    ],
    ['{name: http, protocol: ICMP, port: 80}', `error with field EndpointPort.Protocol = 'ICMP' (${without})`],
    [
      '{name: http, protocol: TCP}',
      several(
        byTag('Port', '0', 'gt'),
        'spec.ports[0].port (spec.ports[0].port in body should be greater than or equal to 1)',
      ),
    ],
    [
      '{name: http, protocol: TCP, port: 65536}',
      'error unmarshaling JSON: while decoding JSON: json: cannot unmarshal number 65536 into Go struct field EndpointPort.spec.ports.port of type uint16',
    ],
    [
      '{name: http, protocol: true, port: 80}',
      'error unmarshaling JSON: while decoding JSON: json: cannot unmarshal bool into Go struct field EndpointPort.spec.ports.protocol of type uint8',
    ],
  ])('%s', (port, message) => {
    expect(onSpec(`{node: n1, interfaceName: eth0, ports: [${port}]}`)).toBe(message);
  });
});

test('the wide columns join addresses and profiles with commas', () => {
  const { cells, wide } = hostEndpoint.columns;
  const row = object('HostEndpoint', 'h', {
    node: 'n1',
    expectedIPs: ['192.0.2.1', '192.0.2.2'],
    profiles: ['a', 'b'],
  });
  const shown = wide.map((heading) => cells[heading]?.(row, { get: () => undefined }));
  expect(shown).toEqual(['h', 'n1', '', '192.0.2.1,192.0.2.2', 'a,b']);
});
