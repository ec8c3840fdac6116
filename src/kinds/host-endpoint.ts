/** HostEndpoint: an interface of a node that policy applies to. Rules: Calico's API reference, "Host endpoint". */
import { present } from './constraints.ts';
import { joined } from './cells.ts';
import type { Kind } from './kind.ts';
import { protocolSchema } from './scalars/codecs.ts';
import { supportsPorts } from './scalars/protocol.ts';
import type { JsonObject, Report, Rule, StructSchema } from './schema.ts';
import { field, int, list, struct, text, typed } from './schema.ts';

const portShape = struct('v3.EndpointPort', {
  name: field('Name', text(), {
    always: true,
    required: true,
    tags: ['portName'],
    tagsOnZero: true,
    doc: 'Name that rules use.',
  }),
  protocol: field('Protocol', protocolSchema(), { always: true, required: true, doc: 'TCP, UDP or SCTP.' }),
  port: field('Port', int('uint16', { min: 1, max: 65535 }), {
    always: true,
    required: true,
    tags: ['gt=0'],
    tagsOnZero: true,
  }),
});

/** A named port of an endpoint. */
const endpointPort = {
  ...portShape,
  check(value: JsonObject, report: Report, path: string) {
    const { protocol } = typed(portShape, value);
    if (typeof protocol !== 'string' && typeof protocol !== 'number') return;
    const reason = 'EndpointPort protocol does not support ports.';
    if (!supportsPorts(protocol))
      report({ name: 'EndpointPort.Protocol', value: String(protocol), reason, path: `${path}.protocol` });
  },
} satisfies StructSchema;

const spec = struct(
  'v3.HostEndpointSpec',
  {
    node: field('Node', text({ maxLength: 253 }), { tags: ['name'], doc: 'The node that has the interface.' }),
    interfaceName: field('InterfaceName', text({ maxLength: 15 }), {
      tags: ['interface'],
      doc: 'The interface, or `*` for all; may be left out when expectedIPs are given.',
    }),
    expectedIPs: field('ExpectedIPs', list(text(), { itemTags: ['ip'] }), {
      doc: 'Addresses by which the interface is found, and which policies match.',
    }),
    profiles: field('Profiles', list(text(), { itemTags: ['name'] }), {
      doc: 'Profiles whose rules apply when no policy does.',
    }),
    ports: field('Ports', list(endpointPort, { dive: true }), { doc: 'Ports that rules may name.' }),
  },
  { rules: endpointRules() },
);
const as = (self: JsonObject) => typed(spec, self);

function endpointRules(): readonly Rule[] {
  return [
    {
      message: 'at least one of interfaceName or expectedIPs must be specified',
      jsonSchema: { anyOf: [present('interfaceName'), present('expectedIPs')] },
      test: (self) => (as(self).interfaceName ?? '') !== '' || (as(self).expectedIPs ?? []).length > 0,
    },
    { message: 'node must be specified', jsonSchema: present('node'), test: (self) => (as(self).node ?? '') !== '' },
  ];
}

export const hostEndpoint: Kind = {
  name: 'HostEndpoint',
  plural: 'hostendpoints',
  goPlural: 'HostEndpoints',
  pkg: 'v3',
  aliases: ['hostendpoint', 'hostendpoints', 'hep', 'heps'],
  scope: 'cluster',
  summary: 'An interface of a node that policy applies to.',
  crd: true,
  spec,
  columns: {
    narrow: ['NAME', 'NODE'],
    wide: ['NAME', 'NODE', 'INTERFACE', 'IPS', 'PROFILES'],
    cells: {
      NAME: ({ metadata }) => metadata.name ?? '',
      NODE: ({ spec: self }) => as(self).node ?? '',
      INTERFACE: ({ spec: self }) => as(self).interfaceName ?? '',
      IPS: ({ spec: self }) => joined(as(self).expectedIPs),
      PROFILES: ({ spec: self }) => joined(as(self).profiles),
    },
  },
};
