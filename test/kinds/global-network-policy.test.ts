import { describe, expect, test } from 'vitest';
import { globalNetworkPolicy } from '../../src/kinds/global-network-policy.ts';
import { object, storeOf } from './store-of.ts';
import { verdictOn } from './verdict.ts';

const DECODING = 'error unmarshaling JSON: while decoding JSON: ';
const ACTIONS = 'error with field spec.ingress[0].action (supported values: "Allow", "Deny", "Log", "Pass")';
const GLOBAL = 'global() can only be used in an EntityRule namespaceSelector';

/** The tag's text for a field; the blank at its end is the Go client's. */
const byTag = (field: string, value: string, tag: string): string =>
  `${field} = '${value}' (Reason: failed to validate Field: ${field} because of Tag: ${tag} )`;
const several = (...problems: readonly string[]): string =>
  `error with the following fields:\n${problems.map((problem) => `-  ${problem}\n`).join('')}`;
const onRule = (rule: string): string => verdictOn('GlobalNetworkPolicy', `{ingress: [${rule}]}`);
const onSpec = (spec: string): string => verdictOn('GlobalNetworkPolicy', spec);

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

describe('selectors', () => {
  test.each([
    ['{selector: \'has(a) && b in {"c"}\'}', 'valid'],
    ['{selector: "a ="}', `error with field ${byTag('Selector', 'a =', 'selector')}`],
    ['{namespaceSelector: \'team == "x"\', serviceAccountSelector: has(y)}', 'valid'],
    ['{namespaceSelector: team}', `error with field ${byTag('NamespaceSelector', 'team', 'selector')}`],
    ['{selector: global()}', `error with field spec (${GLOBAL})`],
    ['{namespaceSelector: global()}', `error with field spec (${GLOBAL})`],
    ['{serviceAccountSelector: global()}', `error with field spec (${GLOBAL})`],
    [
      '{ingress: [{action: Allow, source: {selector: has(a), notSelector: b}}]}',
      `error with field ${byTag('NotSelector', 'b', 'selector')}`,
    ],
    ['{ingress: [{action: Allow, source: {namespaceSelector: global()}}]}', 'valid'],
    [
      '{egress: [{action: Allow, destination: {selector: global()}}]}',
      `error with field spec.egress[0].destination (${GLOBAL})`,
    ],
  ])('%s', (spec, message) => {
    expect(onSpec(spec)).toBe(message);
  });

  test('may have 1024 characters', () => {
    const selector = (length: number): string => onSpec(`{selector: "${' '.repeat(length - 5)}all()"}`);
    expect([selector(1024), selector(1025)]).toEqual([
      'valid',
      'error with field spec.selector (may not be more than 1024 bytes)',
    ]);
  });
});

describe('the spec as a whole', () => {
  const goType = (got: string, field: string, want: string): string =>
    `${DECODING}json: cannot unmarshal ${got} into Go struct field GlobalNetworkPolicySpec.spec.${field} of type ${want}`;
  const forward = 'applyOnForward must be true if either preDNAT or doNotTrack is true';
  test.each([
    ['{types: [Ingress], ingress: [{action: Allow}]}', 'valid'],
    ['{types: [ingress]}', 'error with field spec.types[0] (supported values: "Ingress", "Egress")'],
    [
      '{types: [Ingress, Ingress]}',
      "error with field GlobalNetworkPolicySpec.Types = '[Ingress Ingress]' ('Ingress' type specified more than once)",
    ],
    ['{preDNAT: true}', `error with field spec (${forward})`],
    [
      '{preDNAT: true, applyOnForward: true, egress: [{action: Allow}]}',
      'error with field spec (preDNAT policy cannot have any egress rules)',
    ],
    [
      '{preDNAT: true, applyOnForward: true, types: [Egress]}',
      "error with field spec (preDNAT policy cannot have 'Egress' type)",
    ],
    [
      '{preDNAT: true, applyOnForward: true, doNotTrack: true}',
      'error with field spec (preDNAT and doNotTrack cannot both be true)',
    ],
    ['{doNotTrack: true}', `error with field spec (${forward})`],
    ['{doNotTrack: true, applyOnForward: true, ingress: [{action: Allow}]}', 'valid'],
    ['{order: "10"}', goType('string', 'order', 'float64')],
    ['{order: -1.5}', 'valid'],
    ['{tier: Bad_Tier}', `error with field ${byTag('Tier', 'Bad_Tier', 'name')}`],
    ['{performanceHints: [AssumeNeededOnEveryNode]}', 'valid'],
    [
      '{performanceHints: [Whatever]}',
      several(
        byTag('PerformanceHints[0]', 'Whatever', 'oneof'),
        'spec.performanceHints[0] (supported values: "AssumeNeededOnEveryNode")',
      ),
    ],
    [
      '{performanceHints: [AssumeNeededOnEveryNode, AssumeNeededOnEveryNode]}',
      `error with field ${byTag('PerformanceHints', '[AssumeNeededOnEveryNode AssumeNeededOnEveryNode]', 'unique')}`,
    ],
    ['{ingress: {action: Allow}}', goType('object', 'ingress', '[]v3.Rule')],
    ['{stagedAction: Set}', `${DECODING}json: unknown field "stagedAction"`],
  ])('%s', (spec, message) => {
    expect(onSpec(spec)).toBe(message);
  });
});

test.each([
  ['a', 'valid'],
  ['a.b', 'valid'],
  ['default.web-1', 'valid'],
  [
    'a.b.c',
    "error with field Metadata.Name = 'a.b.c' (name must consist of lower case alphanumeric characters or '-' (regex: [a-z0-9]([-a-z0-9]*[a-z0-9])?))",
  ],
])('the name %s', (name, message) => {
  expect(verdictOn('GlobalNetworkPolicy', '{}', name)).toBe(message);
});

describe('globalNetworkPolicy.client', () => {
  const { client } = globalNetworkPolicy;
  const tiers = storeOf(object('Tier', 'default'), object('Tier', 'security'));
  const rule = { action: 'Allow' };

  test.each([
    [{}, { types: ['Ingress'] }],
    [{ ingress: [rule] }, { ingress: [rule], types: ['Ingress'] }],
    [{ egress: [rule] }, { egress: [rule], types: ['Egress'] }],
    [
      { ingress: [rule], egress: [rule] },
      { ingress: [rule], egress: [rule], types: ['Ingress', 'Egress'] },
    ],
    [
      { types: ['Egress'], ingress: [rule] },
      { ingress: [rule], types: ['Egress'] },
    ],
  ])('fills the types of a new policy: %j', async (given, spec) => {
    const created = await client?.prepareCreate?.(object('GlobalNetworkPolicy', 'p', given), tiers);
    expect(created).toEqual({
      ...object('GlobalNetworkPolicy', 'p', spec),
      metadata: { name: 'p', labels: { 'projectcalico.org/tier': 'default' } },
    });
  });

  test('labels a policy with its tier, whatever label it had', async () => {
    const given = object('GlobalNetworkPolicy', 'p', { tier: 'security', types: ['Ingress'] });
    const labelled = { ...given, metadata: { name: 'p', labels: { z: '1', 'projectcalico.org/tier': 'other' } } };
    const updated = await client?.prepareUpdate?.(labelled, given, tiers);
    expect(updated).toEqual({
      ...given,
      metadata: { name: 'p', labels: { 'projectcalico.org/tier': 'security', z: '1' } },
    });
  });

  test('passes on that a tier does not exist', async () => {
    const given = object('GlobalNetworkPolicy', 'p', { tier: 'nowhere' });
    await expect(client?.prepareCreate?.(given, tiers)).rejects.toThrow('resource does not exist: Tier(nowhere)');
  });

  test('shows the label of the default tier where a stored policy has none', () => {
    const reading = { by: 'get', type: 'etcdv3' } as const;
    const stored = object('GlobalNetworkPolicy', 'p', { tier: 'security' });
    const labels = { 'projectcalico.org/tier': 'default' };
    const labelled = { ...stored, metadata: { name: 'p', labels } };
    expect([client?.read?.(stored, reading), client?.read?.(labelled, reading)]).toEqual([labelled, labelled]);
  });
});

test.each([
  [100, '100'],
  [1.5, '1.5'],
  [999999, '999999'],
  [1000000, '1e+06'],
  [1000001, '1.000001e+06'],
  [undefined, '<nil>'],
])('the ORDER cell of %s', (order, cell) => {
  const policy = object('GlobalNetworkPolicy', 'p', { order });
  expect(globalNetworkPolicy.columns.cells['ORDER']?.(policy, { get: () => undefined })).toBe(cell);
});
