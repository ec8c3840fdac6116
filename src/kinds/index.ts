/**
 * The table of kinds. In the bundle each is evaluated when it is first asked for (scripts/lazy-kinds.ts): evaluating all takes
 * longer than reading one object.
 */
import type { Kind } from './kind.ts';
import { kindAliases } from './generated/aliases.ts';
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

const table: Readonly<Record<string, () => Kind>> = {
  BGPConfiguration: () => bgpConfiguration,
  BGPPeer: () => bgpPeer,
  ClusterInformation: () => clusterInformation,
  IPPool: () => ipPool,
  Node: () => node,
  Tier: () => tier,
  GlobalNetworkPolicy: () => globalNetworkPolicy,
  NetworkPolicy: () => networkPolicy,
  StagedGlobalNetworkPolicy: () => stagedGlobalNetworkPolicy,
  StagedKubernetesNetworkPolicy: () => stagedKubernetesNetworkPolicy,
  StagedNetworkPolicy: () => stagedNetworkPolicy,
  BGPFilter: () => bgpFilter,
  IPReservation: () => ipReservation,
  IPAMConfiguration: () => ipamConfiguration,
  GlobalNetworkSet: () => globalNetworkSet,
  NetworkSet: () => networkSet,
  HostEndpoint: () => hostEndpoint,
  CalicoNodeStatus: () => calicoNodeStatus,
  KubeControllersConfiguration: () => kubeControllersConfiguration,
  Profile: () => profile,
  WorkloadEndpoint: () => workloadEndpoint,
  FelixConfiguration: () => felixConfiguration,
};

/** The names of all kinds. */
export const kindNames: readonly string[] = Object.keys(table);

/** The kind of that exact name (`IPPool`). */
export function kindNamed(name: string): Kind | undefined {
  return Object.hasOwn(table, name) ? table[name]?.() : undefined;
}

/** The kind of that exact name; for code that holds an object of a known kind. @throws {TypeError} */
export function requireKind(name: string): Kind {
  const kind = kindNamed(name);
  if (kind === undefined) throw new TypeError(`no such kind: ${name}`);
  return kind;
}

/** The kind that the command line means by a word such as `ippools`, in any case. */
export function kindForAlias(word: string): Kind | undefined {
  const name = Object.hasOwn(kindAliases, word.toLowerCase()) ? kindAliases[word.toLowerCase()] : undefined;
  return name === undefined ? undefined : kindNamed(name);
}
