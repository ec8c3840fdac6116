/** Rules of policies. Rules: Calico's API reference, "Network policy", and the CRDs. */
import { having, present, when, where, without } from '../constraints.ts';
import { parseCIDR } from '../../net/cidr.ts';
import { protocolSchema } from '../scalars/codecs.ts';
import { portNumbers } from '../scalars/port.ts';
import { supportsPorts } from '../scalars/protocol.ts';
import type { Json, JsonObject, Report, Rule, StructSchema } from '../schema.ts';
import { field, int, pointer, struct, text, typed } from '../schema.ts';
import { entityRule, httpMatch, icmpFields, ruleMetadata } from './match.ts';

const shape = struct('v3.Rule', {
  action: field('Action', text({ go: 'v3.Action', enum: ['Allow', 'Deny', 'Log', 'Pass'] }), {
    always: true,
    required: true,
    doc: 'What happens to traffic that matches: Allow, Deny, Log and go on, or Pass to the next tier.',
  }),
  ipVersion: field('IPVersion', pointer(int('int', { enum: [4, 6] })), { doc: 'Only this IP version.' }),
  protocol: field('Protocol', pointer(protocolSchema()), { doc: 'Only this protocol, by name or number.' }),
  icmp: field('ICMP', pointer(icmpFields), { doc: 'Only this ICMP type and code.' }),
  notProtocol: field('NotProtocol', pointer(protocolSchema()), { doc: 'All protocols but this one.' }),
  notICMP: field('NotICMP', pointer(icmpFields), { doc: 'All ICMP types and codes but these.' }),
  source: field('Source', entityRule, { omitZero: true, doc: 'Where traffic comes from.' }),
  destination: field('Destination', entityRule, { omitZero: true, doc: 'Where traffic goes to.' }),
  http: field('HTTP', pointer(httpMatch), {
    doc: 'Only these HTTP requests; needs Calico’s application layer policy.',
  }),
  metadata: field('Metadata', pointer(ruleMetadata), { doc: 'Notes on the rule.' }),
});
const as = (self: JsonObject) => typed(shape, self);

/** The two protocols as people write them. */
const ICMP: readonly Json[] = ['ICMP', 1, '1'];
const ICMPV6: readonly Json[] = ['ICMPv6', 58, '58'];

const isICMP = (protocol: string | number | undefined): boolean => protocol === 'ICMP' || protocol === 1;
const isICMPv6 = (protocol: string | number | undefined): boolean => protocol === 'ICMPv6' || protocol === 58;

/** The IP version that a protocol goes with. */
function versionRules(key: 'protocol' | 'notProtocol'): readonly Rule[] {
  const versionIs = (self: JsonObject, version: number): boolean =>
    as(self).ipVersion === undefined || as(self).ipVersion === version;
  return [
    {
      message: 'protocol ICMP requires ipVersion 4',
      jsonSchema: when(having(key, { enum: ICMP }), where('ipVersion', { const: 4 })),
      test: (self) => !isICMP(as(self)[key]) || versionIs(self, 4),
    },
    {
      message: 'protocol ICMPv6 requires ipVersion 6',
      jsonSchema: when(having(key, { enum: ICMPV6 }), where('ipVersion', { const: 6 })),
      test: (self) => !isICMPv6(as(self)[key]) || versionIs(self, 6),
    },
  ];
}

const rules: readonly Rule[] = [
  {
    message: 'rules with HTTP match must have protocol TCP or unset',
    jsonSchema: when(present('http'), where('protocol', { enum: ['TCP', 6, '6'] })),
    test(self) {
      const { http, protocol } = as(self);
      return http === undefined || protocol === undefined || protocol === 'TCP' || protocol === 6;
    },
  },
  {
    message: 'HTTP match is only valid on Allow rules',
    reason: 'Forbidden',
    jsonSchema: when(present('http'), where('action', { const: 'Allow' })),
    test: (self) => as(self).action === 'Allow' || as(self).http === undefined,
  },
  {
    message: 'ports and notPorts cannot be specified with services',
    reason: 'Forbidden',
    jsonSchema: where('destination', when(present('services'), without('ports', 'notPorts'))),
    test(self) {
      const { services, ports = [], notPorts = [] } = as(self).destination ?? {};
      return services === undefined || (ports.length === 0 && notPorts.length === 0);
    },
  },
  {
    message: 'ICMP fields require protocol to be ICMP or ICMPv6',
    jsonSchema: when(present('icmp'), having('protocol', { enum: [...ICMP, ...ICMPV6] })),
    test: (self) => as(self).icmp === undefined || isICMP(as(self).protocol) || isICMPv6(as(self).protocol),
  },
  ...versionRules('protocol'),
  ...versionRules('notProtocol'),
];

const SIDES = [
  ['source', 'Source'],
  ['destination', 'Destination'],
] as const;

/** Ports need a protocol that has ports; names of ports do without any, since each endpoint says what they mean. */
function checkPorts(value: JsonObject, report: Report, path: string): void {
  const rule = as(value);
  const { protocol } = rule;
  if (protocol !== undefined && supportsPorts(protocol)) return;
  for (const [side, name] of SIDES) {
    for (const [key, list] of [
      ['ports', 'Ports'],
      ['notPorts', 'NotPorts'],
    ] as const) {
      const ports = rule[side]?.[key] ?? [];
      const numeric = ports.some((port) => portNumbers(port) !== undefined);
      if (protocol === undefined ? !numeric : ports.length === 0) continue;
      const subject = protocol === undefined ? 'rules with numeric port or port range' : 'rules that specify ports';
      const reason = `${subject} must set protocol to TCP or UDP or SCTP`;
      report({ name: `${name}.${list}`, value: `[${ports.join(' ')}]`, reason, path: `${path}.${side}.${key}` });
    }
  }
}

/** All networks of a rule are of one IP version, and of the one that the rule asks for. */
function checkNets(value: JsonObject, report: Report, path: string): void {
  const rule = as(value);
  let seen: ReadonlySet<number> = new Set();
  for (const [side, name] of SIDES) {
    for (const [key, list] of [
      ['nets', 'Nets'],
      ['notNets', 'NotNets'],
    ] as const) {
      const nets = rule[side]?.[key] ?? [];
      const found = new Set<number>();
      nets.forEach((net, index) => {
        const cidr = parseCIDR(net);
        if (cidr !== undefined) found.add(cidr.ip.version);
        else
          report({
            name: `${name}.${list}`,
            value: net,
            reason: 'invalid CIDR',
            path: `${path}.${side}.${key}[${index}]`,
          });
      });
      const problem = (reason: string) =>
        report({ name: `${name}.${list}`, value: `[${nets.join(' ')}]`, reason, path: `${path}.${side}.${key}` });
      if (rule.ipVersion !== undefined && [...found].some((version) => version !== rule.ipVersion))
        problem("rule IP version doesn't match CIDR version");
      const all = new Set([...seen, ...found]);
      if (found.size > 0 && all.size > 1) problem('rule contains both IPv4 and IPv6 CIDRs');
      seen = all;
    }
  }
}

/** A rule of a policy. */
export const rule = {
  ...shape,
  rules,
  check(value: JsonObject, report: Report, path: string) {
    checkPorts(value, report, path);
    checkNets(value, report, path);
  },
} satisfies StructSchema;
