/** The list of kinds. */
import type { Kind } from './kind.ts';
import { bgpConfiguration } from './bgp-configuration.ts';
import { bgpPeer } from './bgp-peer.ts';
import { clusterInformation } from './cluster-information.ts';
import { ipPool } from './ip-pool.ts';
import { node } from './calico-node.ts';
import { globalNetworkPolicy } from './global-network-policy.ts';
import { networkPolicy } from './network-policy.ts';
import { stagedGlobalNetworkPolicy } from './staged-global-network-policy.ts';
import { stagedKubernetesNetworkPolicy } from './staged-kubernetes-network-policy.ts';
import { stagedNetworkPolicy } from './staged-network-policy.ts';
import { tier } from './tier.ts';
import { bgpFilter } from './bgp-filter.ts';
import { ipReservation } from './ip-reservation.ts';
import { ipamConfiguration } from './ipam-configuration.ts';
import { globalNetworkSet } from './global-network-set.ts';
import { networkSet } from './network-set.ts';
import { hostEndpoint } from './host-endpoint.ts';
import { calicoNodeStatus } from './calico-node-status.ts';
import { kubeControllersConfiguration } from './kube-controllers-configuration.ts';
import { profile } from './profile.ts';
import { workloadEndpoint } from './workload-endpoint.ts';
import { felixConfiguration } from './felix-configuration.ts';

export const kinds: readonly Kind[] = [
  bgpConfiguration,
  bgpPeer,
  clusterInformation,
  ipPool,
  node,
  tier,
  globalNetworkPolicy,
  networkPolicy,
  stagedGlobalNetworkPolicy,
  stagedKubernetesNetworkPolicy,
  stagedNetworkPolicy,
  bgpFilter,
  ipReservation,
  ipamConfiguration,
  globalNetworkSet,
  networkSet,
  hostEndpoint,
  calicoNodeStatus,
  kubeControllersConfiguration,
  profile,
  workloadEndpoint,
  felixConfiguration,
];

const byName = new Map(kinds.map((kind) => [kind.name, kind]));
const byAlias = new Map(kinds.flatMap((kind) => kind.aliases.map((alias) => [alias, kind] as const)));

/** The kind of that exact name (`IPPool`). */
export function kindNamed(name: string): Kind | undefined {
  return byName.get(name);
}

/** The kind of that exact name; for code that holds an object of a known kind. @throws {TypeError} */
export function requireKind(name: string): Kind {
  const kind = byName.get(name);
  if (kind === undefined) throw new TypeError(`no such kind: ${name}`);
  return kind;
}

/** The kind that the command line means by a word such as `ippools`, in any case. */
export function kindForAlias(word: string): Kind | undefined {
  return byAlias.get(word.toLowerCase());
}
