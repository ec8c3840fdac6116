import { describe, expect, test } from 'vitest';
import { byTag, several, verdictOn } from '../verdict.ts';

const DECODING = 'error unmarshaling JSON: while decoding JSON: ';
const ACTIONS = 'error with field spec.ingress[0].action (supported values: "Allow", "Deny", "Log", "Pass")';

const onSpec = (spec: string): string => verdictOn('GlobalNetworkPolicy', spec);
const onRule = (rule: string): string => onSpec(`{ingress: [${rule}]}`);

describe('ports of a rule', () => {
  const onPort = (port: string): string => onRule(`{action: Allow, protocol: TCP, destination: {ports: [${port}]}}`);

  test.each(['80', '"80"', '"80:90"', '80:90', 'http', '65535'])('may be %s', (port) => {
    expect(onPort(port)).toBe('valid');
  });

  const range = "error with field Port = '0' (port range invalid, port number must be between 1 and 65535)";
  const type = (number: string): string =>
    `json: cannot unmarshal number ${number} into Go struct field EntityRule.spec.ingress.destination.ports of type uint16`;
  test.each([
    ['0', range],
    ['~', range],
    ['"0:5"', range],
    ['65536', DECODING + type('65536')],
    ['-1', DECODING + type('-1')],
    ['"90:80"', `${DECODING}minimum port number (90) is greater than maximum port number (80) in port range`],
    ['"65536"', `${DECODING}invalid port format (65536)`],
    ['"a b"', `${DECODING}invalid name for named port (a b)`],
    ['"1:65536"', `${DECODING}invalid maximum port number in range (1:65536)`],
    ['HTTP', `error with field ${byTag('PortName', 'HTTP', 'portName')}`],
  ])('may not be %s', (port, message) => {
    expect(onPort(port)).toBe(message);
  });

  const numeric = 'rules with numeric port or port range must set protocol to TCP or UDP or SCTP';
  const unsupported = 'rules that specify ports must set protocol to TCP or UDP or SCTP';
  test.each([
    ['{action: Allow, destination: {ports: [80]}}', `error with field Destination.Ports = '[80]' (${numeric})`],
    [
      '{action: Allow, source: {notPorts: [http, "1:2"]}}',
      `error with field Source.NotPorts = '[http 1:2]' (${numeric})`,
    ],
    [
      '{action: Allow, protocol: ICMP, source: {ports: [80]}}',
      `error with field Source.Ports = '[80]' (${unsupported})`,
    ],
    [
      '{action: Allow, protocol: ICMP, source: {notPorts: [a]}, destination: {ports: [b], notPorts: [c]}}',
      several(
        `Source.NotPorts = '[a]' (${unsupported})`,
        `Destination.Ports = '[b]' (${unsupported})`,
        `Destination.NotPorts = '[c]' (${unsupported})`,
      ),
    ],
    ['{action: Allow, destination: {ports: [http]}}', 'valid'],
    ['{action: Allow, protocol: 132, destination: {ports: [80]}}', 'valid'],
  ])('need a protocol that has ports: %s', (rule, message) => {
    expect(onRule(rule)).toBe(message);
  });
});

describe('protocol of a rule', () => {
  test.each(['TCP', 'UDP', 'ICMP', 'ICMPv6', 'SCTP', 'UDPLite', '17', '"6"', '255'])('may be %s', (protocol) => {
    expect(onRule(`{action: Allow, protocol: ${protocol}}`)).toBe('valid');
  });

  const type = (number: string): string =>
    `${DECODING}json: cannot unmarshal number ${number} into Go struct field Rule.spec.ingress.protocol of type uint8`;
  test.each([
    ['tcp', "error with field Protocol = 'tcp' (protocol name invalid)"],
    ['foo', "error with field Protocol = 'foo' (protocol name invalid)"],
    ['0', "error with field Protocol = '0' (protocol number invalid)"],
    ['"256"', "error with field Protocol = '256' (protocol name invalid)"],
    ['256', type('256')],
    ['-1', type('-1')],
  ])('may not be %s', (protocol, message) => {
    expect(onRule(`{action: Allow, protocol: ${protocol}}`)).toBe(message);
  });
});

describe('action of a rule', () => {
  test.each(['Allow', 'Deny', 'Log', 'Pass'])('may be %s', (action) => {
    expect(onRule(`{action: ${action}}`)).toBe('valid');
  });

  test.each(['{action: allow}', '{action: Reject}', '{action: ""}', '{protocol: TCP}'])('is refused: %s', (rule) => {
    expect(onRule(rule)).toBe(ACTIONS);
  });
});

describe('ICMP, HTTP and IP version of a rule', () => {
  const onlyFor = (version: 4 | 6): string =>
    `error with field spec.ingress[0] (protocol ${version === 4 ? 'ICMP' : 'ICMPv6'} requires ipVersion ${version})`;
  test.each([
    [
      '{action: Allow, protocol: ICMP, icmp: {type: 3, code: 256}}',
      several(
        byTag('Code', '256', 'lte'),
        'spec.ingress[0].icmp.code (spec.ingress[0].icmp.code in body should be less than or equal to 255)',
      ),
    ],
    [
      '{action: Allow, protocol: ICMP, notICMP: {type: -1}}',
      several(
        byTag('Type', '-1', 'gte'),
        'spec.ingress[0].notICMP.type (spec.ingress[0].notICMP.type in body should be greater than or equal to 0)',
      ),
    ],
    [
      '{action: Allow, protocol: TCP, icmp: {type: 3}}',
      'error with field spec.ingress[0] (ICMP fields require protocol to be ICMP or ICMPv6)',
    ],
    [
      '{action: Allow, protocol: ICMP, icmp: {code: 3}}',
      'error with field spec.ingress[0].icmp (ICMP code specified without an ICMP type)',
    ],
    ['{action: Allow, protocol: 58, icmp: {type: 0, code: 0}}', 'valid'],
    ['{action: Allow, http: {methods: [GET], paths: [{exact: /a}, {prefix: /b}]}}', 'valid'],
    [
      '{action: Deny, http: {methods: [GET]}}',
      'error with field spec.ingress[0] (HTTP match is only valid on Allow rules)',
    ],
    [
      '{action: Allow, protocol: UDP, http: {methods: [GET]}}',
      'error with field spec.ingress[0] (rules with HTTP match must have protocol TCP or unset)',
    ],
    ['{action: Allow, protocol: 6, http: {methods: [GET]}}', 'valid'],
    ['{action: Allow, ipVersion: 5}', 'error with field spec.ingress[0].ipVersion (supported values: "4", "6")'],
    ['{action: Allow, protocol: ICMP, ipVersion: 6}', onlyFor(4)],
    ['{action: Allow, protocol: 58, ipVersion: 4}', onlyFor(6)],
    ['{action: Allow, notProtocol: 1, ipVersion: 6}', onlyFor(4)],
    ['{action: Allow, notProtocol: ICMPv6, ipVersion: 4}', onlyFor(6)],
    ['{action: Allow, protocol: ICMPv6, ipVersion: 6}', 'valid'],
  ])('%s', (rule, message) => {
    expect(onRule(rule)).toBe(message);
  });

  const http = (match: string): string => onRule(`{action: Allow, http: ${match}}`);
  test.each([
    ['{methods: [GET, PUT, GET]}', "error with field Methods = '[GET PUT GET]' (Invalid methods (duplicate): GET)"],
    [
      '{paths: [{exact: /a}, {exact: /b, prefix: /c}]}',
      "error with field Paths = '[{/a } {/b /c}]' (Invalid path match. Both 'exact' and 'prefix' are set)",
    ],
    ['{paths: [{}]}', "error with field Paths = '[{ }]' (Invalid path match. Either 'exact' or 'prefix' must be set)"],
    [
      '{paths: [{prefix: a}]}',
      "error with field Paths = '[{ a}]' (Invalid path a. (must start with `/` and not contain `?` or `#`)",
    ],
    [
      '{paths: [{exact: "/a?b"}]}',
      "error with field Paths = '[{/a?b }]' (Invalid path /a?b. (must start with `/` and not contain `?` or `#`)",
    ],
  ])('http %s is refused', (match, message) => {
    expect(http(match)).toBe(message);
  });

  test('http is refused in an egress rule', () => {
    expect(onSpec('{egress: [{action: Allow, http: {methods: [GET]}}]}')).toBe(
      "error with field HTTP = '&{[GET] []}' (not allowed in egress rules)",
    );
  });
});

describe('networks of a rule', () => {
  const both = 'rule contains both IPv4 and IPv6 CIDRs';
  const wrongVersion = "rule IP version doesn't match CIDR version";
  test.each([
    [
      "{action: Allow, source: {nets: [10.0.0.0/8, 10.1.2.3]}, destination: {notNets: ['fd00::/8']}}",
      several("Source.Nets = '10.1.2.3' (invalid CIDR)", `Destination.NotNets = '[fd00::/8]' (${both})`),
    ],
    ['{action: Allow, source: {nets: [10.0.0.1/8]}}', `error with field ${byTag('Nets[0]', '10.0.0.1/8', 'net')}`],
    [
      '{action: Allow, source: {nets: [ten]}}',
      several(byTag('Nets[0]', 'ten', 'net'), "Source.Nets = 'ten' (invalid CIDR)"),
    ],
    [
      "{action: Allow, ipVersion: 4, source: {nets: ['fd00::/8']}}",
      `error with field Source.Nets = '[fd00::/8]' (${wrongVersion})`,
    ],
    [
      "{action: Allow, ipVersion: 6, source: {notNets: ['fd00::/8', 10.0.0.0/8]}}",
      several(
        `Source.NotNets = '[fd00::/8 10.0.0.0/8]' (${wrongVersion})`,
        `Source.NotNets = '[fd00::/8 10.0.0.0/8]' (${both})`,
      ),
    ],
    ['{action: Allow, source: {nets: [10.0.0.0/8]}, destination: {nets: [192.0.2.0/24]}}', 'valid'],
  ])('%s', (rule, message) => {
    expect(onRule(rule)).toBe(message);
  });
});

describe('services and service accounts of a rule', () => {
  const forbidden = (text: string): string =>
    `error with field spec.ingress[0].source (${text} and Services on the same rule)`;
  const source = (entity: string): string => onRule(`{action: Allow, source: ${entity}}`);
  test.each([
    ['{services: {name: web, namespace: default}}', 'valid'],
    ['{services: {name: web}, namespaceSelector: all()}', forbidden('cannot specify NamespaceSelector')],
    ['{services: {name: web}, serviceAccounts: {}}', forbidden('cannot specify ServiceAccounts')],
    [
      '{services: {name: web}, selector: a}',
      several(
        byTag('Selector', 'a', 'selector'),
        forbidden('cannot specify Selector/NotSelector').slice('error with field '.length),
      ),
    ],
    ['{services: {name: web}, notSelector: all()}', forbidden('cannot specify Selector/NotSelector')],
    ['{services: {name: web}, nets: [10.0.0.0/8]}', forbidden('cannot specify Nets/NotNets')],
    ['{services: {name: web}, notNets: [10.0.0.0/8]}', forbidden('cannot specify Nets/NotNets')],
    [
      '{services: {namespace: default}}',
      'error with field spec.ingress[0].source (no such key: name evaluating rule: services must specify a service name)',
    ],
    ['{services: {name: Web}}', `error with field ${byTag('Name', 'Web', 'name')}`],
    ['{serviceAccounts: {names: [a], selector: has(b)}}', 'valid'],
    ['{serviceAccounts: {selector: b}}', `error with field ${byTag('Selector', 'b', 'selector')}`],
  ])('%s', (entity, message) => {
    expect(source(entity)).toBe(message);
  });

  test('ports beside services are refused for the destination only', () => {
    const rule = (side: string): string =>
      onRule(`{action: Allow, protocol: TCP, ${side}: {services: {name: web}, ports: [80]}}`);
    expect([rule('source'), rule('destination')]).toEqual([
      'valid',
      'error with field spec.ingress[0] (ports and notPorts cannot be specified with services)',
    ]);
  });
});

test('annotations of a rule are checked like those of an object', () => {
  const onNotes = (annotations: string): string => onRule(`{action: Allow, metadata: {annotations: ${annotations}}}`);
  expect(onNotes('{a: b}')).toBe('valid');
  expect(onNotes('{/a: b}')).toBe("error with field Metadata.Annotations (key) = '/a' (prefix part must be non-empty)");
});

test('an unknown field of a rule is refused', () => {
  expect(onRule('{action: Allow, from: {}}')).toBe(`${DECODING}json: unknown field "from"`);
});
