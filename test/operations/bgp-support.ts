/** Manifests and datastores for the tests of BGP. */
import type { Datastore } from '../../src/datastore/datastore.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import type { BgpSource } from '../../src/operations/bgp-view.ts';
import type { CommonOptions } from '../../src/operations/input.ts';

export const PLAIN: BgpSource & CommonOptions = {
  filename: undefined,
  recursive: false,
  skipEmpty: false,
  merge: false,
  allowVersionMismatch: true,
  dryRun: false,
  safe: false,
};

/** A Node as a document of YAML. `more` stands beside its name, `bgp` beside its address. */
export function nodeText(name: string, address: string, more = '', bgp = ''): string {
  return `apiVersion: projectcalico.org/v3
kind: Node
metadata: {name: ${name}${more === '' ? '' : `, ${more}`}}
spec: {bgp: {ipv4Address: ${address}/24${bgp === '' ? '' : `, ${bgp}`}}}
`;
}

/** A BGPPeer as a document of YAML; each line is a field of its spec. */
export function bgpPeerText(name: string, ...lines: readonly string[]): string {
  return `apiVersion: projectcalico.org/v3
kind: BGPPeer
metadata:
  name: ${name}
spec:
${lines.map((line) => `  ${line}\n`).join('')}`;
}

/** Writes resources into a datastore. */
export async function fill(store: Datastore, resources: readonly Resource[]): Promise<Datastore> {
  for (const resource of resources) await store.create(resource, {});
  return store;
}
