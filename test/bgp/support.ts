/** Clusters and sessions in a form that fits on a line. */
import { bgpCluster } from '../../src/bgp/model.ts';
import type { BgpCluster, Family } from '../../src/bgp/model.ts';
import { expectedSessions } from '../../src/bgp/sessions.ts';
import type { Session } from '../../src/bgp/sessions.ts';
import type { JsonObject } from '../../src/kinds/schema.ts';
import type { Resource } from '../../src/kinds/resource.ts';

type Labels = Readonly<Record<string, string>>;

const resource = (kind: string, name: string, spec: JsonObject, labels: Labels = {}): Resource => ({
  kind,
  apiVersion: 'projectcalico.org/v3',
  metadata: { name, labels },
  spec,
});

/** A node with an IPv4 address, an IPv6 address, or both: `node('a', '10.0.0.1 fd00::1')`. */
export function node(name: string, addresses: string, bgp: JsonObject = {}, labels: Labels = {}): Resource {
  const spec: Record<string, string> = {};
  for (const address of addresses.split(' '))
    if (address !== '') spec[address.includes(':') ? 'ipv6Address' : 'ipv4Address'] = `${address}/24`;
  return resource('Node', name, { bgp: { ...spec, ...bgp } }, labels);
}

export const RR = { 'route-reflector': 'true' };

/** A node with a cluster ID and the label that the peers of these tests select. */
export function reflector(name: string, addresses: string, clusterId = '244.0.0.1', bgp: JsonObject = {}): Resource {
  return node(name, addresses, { ...bgp, routeReflectorClusterID: clusterId }, RR);
}

export const peer = (name: string, spec: JsonObject): Resource => resource('BGPPeer', name, spec);

/** The peer of Calico's documentation: every node with every reflector. */
export const TO_RR = peer('to-rr', { nodeSelector: 'all()', peerSelector: "route-reflector == 'true'" });

export const configuration = (spec: JsonObject, name = 'default'): Resource => resource('BGPConfiguration', name, spec);

export const MESH_OFF = configuration({ nodeToNodeMeshEnabled: false });

export const clusterOf = (...resources: readonly Resource[]): BgpCluster => bgpCluster(resources);

/** Three nodes with addresses that end in 1, 2 and 3. */
export const ABC = [node('a', '10.0.0.1'), node('b', '10.0.0.2'), node('c', '10.0.0.3')];

/** Sessions of every node that has some: their names, `p` for passive, `C` for a client of the node, and the AS where it is another than 64512. */
export function sessionNames(cluster: BgpCluster, family: Family = 'ipv4'): Readonly<Record<string, string>> {
  const short = ({ protocol, passive, rrClient, as }: Session): string =>
    `${protocol}${passive ? ' p' : ''}${rrClient ? ' C' : ''}${as === 64512 ? '' : ` as${as}`}`;
  const names: Record<string, string> = {};
  for (const [name, { [family]: sessions }] of expectedSessions(cluster))
    if (sessions.length > 0) names[name] = sessions.map(short).join(', ');
  return names;
}

/** Whole numbers from 0 to below the given one, the same in every run. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
