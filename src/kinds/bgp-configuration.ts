/** BGPConfiguration: `default` for the cluster, `node.<name>` for one node. Rules: Calico's API reference, "BGP configuration". */
import { having, present, when, without } from './constraints.ts';
import { parseCIDR } from '../net/cidr.ts';
import { Invalid } from './invalid.ts';
import type { Kind } from './kind.ts';
import type { Resource } from './resource.ts';
import { asNumberSchema, durationSchema } from './scalars/codecs.ts';
import type { FieldProblem, JsonObject, Report, Rule, StructSchema } from './schema.ts';
import { bool, field, int, list, pointer, struct, text, typed } from './schema.ts';
import { bgpPassword } from './secret.ts';

const COMMUNITY = { text: '^(\\d+):(\\d+)$|^(\\d+):(\\d+):(\\d+)$', test: /^(\d+):(\d+)$|^(\d+):(\d+):(\d+)$/ };
const PRIORITY = { min: 1, max: 2147483646 };

const network = (type: `v3.${string}`) =>
  list(
    struct(type, { cidr: field('CIDR', text({ format: 'cidr' }), { tags: ['net'], doc: 'A network to announce.' }) }),
    { dive: true },
  );
const priority = (go: string) =>
  field(go, pointer(int('int', PRIORITY)), {
    tags: [`gte=${PRIORITY.min}`, `lte=${PRIORITY.max}`],
    doc: 'Metric of routes that BIRD programs.',
  });

const shape = struct('v3.BGPConfigurationSpec', {
  logSeverityScreen: field(
    'LogSeverityScreen',
    text({
      default: 'Info',
      pattern: {
        text: '^(?i)(Trace|Debug|Info|Warning|Error|Fatal)?$',
        test: /^(Trace|Debug|Info|Warning|Error|Fatal)?$/i,
      },
    }),
    { doc: 'Log level of BIRD.' },
  ),
  nodeToNodeMeshEnabled: field('NodeToNodeMeshEnabled', pointer(bool()), {
    doc: 'Whether every node peers with every other; only in `default`.',
  }),
  asNumber: field('ASNumber', pointer(asNumberSchema()), {
    doc: 'AS number of nodes that have none of their own; only in `default`.',
  }),
  serviceLoadBalancerIPs: field('ServiceLoadBalancerIPs', network('v3.ServiceLoadBalancerIPBlock'), {
    doc: 'Load balancer networks to announce.',
  }),
  serviceExternalIPs: field('ServiceExternalIPs', network('v3.ServiceExternalIPBlock'), {
    doc: 'External service networks to announce.',
  }),
  serviceClusterIPs: field('ServiceClusterIPs', network('v3.ServiceClusterIPBlock'), {
    doc: 'Cluster service networks to announce.',
  }),
  serviceLoadBalancerAggregation: field(
    'ServiceLoadBalancerAggregation',
    pointer(text({ go: 'v3.ServiceLoadBalancerAggregation', enum: ['Enabled', 'Disabled'], default: 'Enabled' })),
    { doc: 'Whether load balancer addresses are announced as their networks.' },
  ),
  communities: field(
    'Communities',
    list(
      struct('v3.Community', {
        name: field('Name', text({ maxLength: 253 }), { tags: ['required', 'name'] }),
        value: field('Value', text({ pattern: COMMUNITY }), { tags: ['required'] }),
      }),
      { maxItems: 500, dive: true },
    ),
    { doc: 'Named BGP communities.' },
  ),
  prefixAdvertisements: field(
    'PrefixAdvertisements',
    list(
      struct('v3.PrefixAdvertisement', {
        cidr: field('CIDR', text({ format: 'cidr' }), { tags: ['required', 'net'] }),
        communities: field('Communities', list(text(), { maxItems: 50 }), { tags: ['required'] }),
      }),
      { maxItems: 500, dive: true },
    ),
    { doc: 'Communities to attach to announced networks.' },
  ),
  listenPort: field('ListenPort', int('uint16', { min: 1, max: 65535 }), {
    doc: 'TCP port on which nodes listen, 179 by default.',
  }),
  nodeMeshPassword: field('NodeMeshPassword', pointer(bgpPassword), {
    doc: 'TCP MD5 password of the mesh; only in `default`.',
  }),
  nodeMeshMaxRestartTime: field('NodeMeshMaxRestartTime', pointer(durationSchema()), {
    doc: 'Graceful restart time of the mesh; only in `default`.',
  }),
  bindMode: field('BindMode', pointer(text({ go: 'v3.BindMode', enum: ['None', 'NodeIP'] })), {
    doc: 'Addresses on which BIRD listens.',
  }),
  ignoredInterfaces: field('IgnoredInterfaces', list(text(), { itemTags: ['ignoredInterface'] }), {
    doc: 'Interfaces whose routes are not learnt.',
  }),
  localWorkloadPeeringIPV4: field('LocalWorkloadPeeringIPV4', text(), {
    tags: ['ipv4'],
    doc: 'Address that workloads peer with.',
  }),
  localWorkloadPeeringIPV6: field('LocalWorkloadPeeringIPV6', text(), {
    tags: ['ipv6'],
    doc: 'IPv6 address that workloads peer with.',
  }),
  programClusterRoutes: field(
    'ProgramClusterRoutes',
    pointer(text({ go: 'string', enum: ['Enabled', 'Disabled', 'EnabledIPIPOnly', 'EnabledNoEncapOnly'] })),
    { doc: 'Which routes between nodes BIRD programs.' },
  ),
  ipv4NormalRoutePriority: priority('IPv4NormalRoutePriority'),
  ipv6NormalRoutePriority: priority('IPv6NormalRoutePriority'),
});
const as = (self: JsonObject) => typed(shape, self);

const rules: readonly Rule[] = [
  {
    message: 'nodeMeshPassword cannot be set when nodeToNodeMeshEnabled is false',
    reason: 'Forbidden',
    jsonSchema: when(having('nodeToNodeMeshEnabled', { const: false }), without('nodeMeshPassword')),
    test: (self) => as(self).nodeToNodeMeshEnabled !== false || as(self).nodeMeshPassword === undefined,
  },
  {
    message: 'nodeMeshMaxRestartTime cannot be set when nodeToNodeMeshEnabled is false',
    reason: 'Forbidden',
    jsonSchema: when(having('nodeToNodeMeshEnabled', { const: false }), without('nodeMeshMaxRestartTime')),
    test: (self) => as(self).nodeToNodeMeshEnabled !== false || as(self).nodeMeshMaxRestartTime === undefined,
  },
  {
    message: 'communities are defined but not used in prefixAdvertisements',
    jsonSchema: when(having('communities', { minItems: 1 }), present('prefixAdvertisements')),
    test: (self) => (as(self).communities ?? []).length === 0 || (as(self).prefixAdvertisements ?? []).length > 0,
  },
];

/** What is wrong with the parts of a community value; one text per part out of range. */
function communityRangeProblems(value: string): readonly string[] {
  const parts = value.split(':');
  const [limit, width] = parts.length === 2 ? [0xffff, 16] : [0xffffffff, 32];
  return parts
    .filter((part) => BigInt(part) > BigInt(limit))
    .map(() => `invalid community value, expected ${width} bit value`);
}

const spec = {
  ...shape,
  rules,
  check(value: JsonObject, report: Report, path: string) {
    const { communities = [], prefixAdvertisements = [] } = as(value);
    communities.forEach(({ value: community = '' }, index) => {
      const add = (reason: string) =>
        report({
          name: 'Spec.Communities[].Value',
          value: community,
          reason,
          path: `${path}.communities[${index}].value`,
        });
      if (!COMMUNITY.test.test(community)) add('invalid community value or format used.');
      else communityRangeProblems(community).forEach(add);
    });
    const names = new Set(communities.map(({ name }) => name));
    prefixAdvertisements.forEach(({ cidr = '', communities: used = [] }, index) => {
      const here = `${path}.prefixAdvertisements[${index}]`;
      if (cidr !== '' && parseCIDR(cidr) === undefined)
        report({
          name: 'Spec.PrefixAdvertisement[].CIDR',
          value: cidr,
          reason: 'invalid CIDR value.',
          path: `${here}.cidr`,
        });
      used.forEach((community, position) => {
        const at = `${here}.communities[${position}]`;
        const add = (reason: string) =>
          report({ name: 'Spec.PrefixAdvertisement[].Communities[]', value: community, reason, path: at });
        if (COMMUNITY.test.test(community)) communityRangeProblems(community).forEach(add);
        else if (!names.has(community)) add('community used is invalid or not defined.');
      });
    });
  },
} satisfies StructSchema;

/** Fields that only the object named `default` may have, with the words of the refusal. */
const DEFAULT_ONLY: readonly (readonly [field: string, go: string, shown: string])[] = [
  ['nodeToNodeMeshEnabled', 'NodeToNodeMeshEnabled', 'nodeToNodeMeshEnabled'],
  ['asNumber', 'ASNumber', 'ASNumber'],
  ['serviceLoadBalancerIPs', 'ServiceLoadBalancerIPs', 'ServiceLoadBalancerIPs'],
  ['serviceExternalIPs', 'ServiceExternalIPs', 'ServiceExternalIPs'],
  ['serviceClusterIPs', 'ServiceClusterIPs', 'ServiceClusterIPs'],
  ['nodeMeshPassword', 'NodeMeshPassword', 'nodeMeshPassword'],
  ['nodeMeshMaxRestartTime', 'NodeMeshMaxRestartTime', 'nodeMeshMaxRestartTime'],
];

function checkDefaultOnly(resource: Resource): void {
  if (resource.metadata.name === 'default') return;
  const problems = DEFAULT_ONLY.filter(([key]) => resource.spec[key] !== undefined).map(
    ([key, go, shown]): FieldProblem => ({
      name: `BGPConfiguration.Spec.${go}`,
      reason: `Cannot set ${shown} on a non default BGP Configuration.`,
      path: `spec.${key}`,
    }),
  );
  if (problems.length > 0) throw new Invalid(problems);
}

export const bgpConfiguration: Kind = {
  name: 'BGPConfiguration',
  plural: 'bgpconfigurations',
  goPlural: 'BGPConfigurations',
  pkg: 'v3',
  aliases: ['bgpconfiguration', 'bgpconfigurations', 'bgpconfig', 'bgpconfigs'],
  scope: 'cluster',
  summary: 'BGP settings of the cluster (`default`) or of one node (`node.<name>`).',
  crd: true,
  settingsObject: 'default',
  spec,
  client: { checkCreate: checkDefaultOnly, checkUpdate: checkDefaultOnly },
  columns: {
    narrow: ['NAME', 'LOGSEVERITY', 'MESHENABLED', 'ASNUMBER'],
    wide: ['NAME', 'LOGSEVERITY', 'MESHENABLED', 'ASNUMBER'],
    cells: {
      NAME: ({ metadata }) => metadata.name ?? '',
      LOGSEVERITY: ({ spec: self }) => as(self).logSeverityScreen ?? '',
      MESHENABLED: ({ spec: self }) => String(as(self).nodeToNodeMeshEnabled ?? '-'),
      ASNUMBER: ({ spec: self }) => String(as(self).asNumber ?? '-'),
    },
  },
};
