import { describe, expect, it } from 'vitest';
import { bgpLint } from '../../src/operations/bgp-lint.ts';
import type { BgpLintResult } from '../../src/operations/bgp-lint.ts';
import type { World } from '../doubles/world.ts';
import { folderStore, world } from '../doubles/world.ts';
import { ABC, MESH_OFF, reflector, TO_RR } from '../bgp/support.ts';
import { bgpPeerText, fill, nodeText, PLAIN } from './bgp-support.ts';
import { documents } from './manifests.ts';

/** `place: rule Kind(name) message`, one line for each finding. */
function lines({ findings }: BgpLintResult): readonly string[] {
  return findings.map(({ rule, subject, message, place }) => {
    const where = place === undefined ? '' : `${place.file}:${place.line}:${place.column}: `;
    return `${where}${rule.id} ${subject.kind}(${subject.name}) ${message}`;
  });
}

const stored = (...resources: Parameters<typeof fill>[1]): World =>
  world({ datastore: async () => fill(await folderStore(), resources) });

describe('bgpLint()', () => {
  it('looks at the datastore', async () => {
    const { context } = stored(MESH_OFF, ...ABC, reflector('r', '10.0.0.11'), TO_RR);
    expect(lines(await bgpLint(context, PLAIN))).toEqual([
      'BGP007 Node(r) node r is the only IPv4 reflector of 3 nodes (a, b, c)',
    ]);
  });

  it('looks at manifests without opening a datastore, and says where findings stand', async () => {
    const text = documents(
      nodeText('a', '10.0.0.1'),
      bgpPeerText('p', 'node: a', "peerSelector: has(rack) && rack != '2'"),
      bgpPeerText('q', 'peerIP: 10.0.0.9'),
    );
    const here = world({ files: { 'm.yaml': text } });
    const result = await bgpLint(here.context, { ...PLAIN, filename: 'm.yaml' });
    expect([lines(result), result.warnings, here.opened()]).toEqual([
      [
        "m.yaml:12:3: BGP001 BGPPeer(p) peerSelector has(rack) && rack != '2' matches none of 1 node",
        'm.yaml:19:3: BGP014 BGPPeer(q) peerIP 10.0.0.9 has no asNumber, so BIRD refuses the configuration of node a',
      ],
      [],
      0,
    ]);
  });

  it('finds a selector that YAML read as a tag, in a list too, and leaves other traps as warnings', async () => {
    const list = `apiVersion: projectcalico.org/v3
kind: BGPPeerList
items:
- metadata: {name: first}
  spec: {nodeSelector: all(), peerIP: 10.9.9.9, asNumber: 65000}
- metadata: {name: second, labels: {n: 010}}
  spec:
    nodeSelector: !has(rr)
    peerIP: 10.9.9.8
    asNumber: 65000
`;
    const policy = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: g}
spec:
  selector: !has(x)
`;
    const here = world({ files: { 'm.yaml': documents(list, policy) } });
    const result = await bgpLint(here.context, { ...PLAIN, filename: 'm.yaml', safe: true });
    expect(lines(result)).toEqual([
      'm.yaml:8:19: BGP020 BGPPeer(second) YAML reads !has(rr) as a tag, so nodeSelector is empty; write: nodeSelector: "!has(rr)"',
    ]);
    expect(result.warnings.map(({ line }) => line)).toEqual([6, 4, 6, 16]);
  });

  it('looks at the datastore as it would be with manifests applied', async () => {
    const manifests = documents(
      nodeText('c', '10.0.0.3', '', 'routeReflectorClusterID: 1.0.0.1'),
      nodeText('d', '10.0.0.3'),
    );
    const here = world({
      files: { 'm.yaml': manifests },
      datastore: async () => fill(await folderStore(), ABC),
    });
    const input = { ...PLAIN, filename: 'm.yaml', merge: true };
    expect(lines(await bgpLint(here.context, input))).toEqual([
      'm.yaml:3:12: BGP003 Node(c) node c has cluster ID 1.0.0.1, which takes it out of the mesh, and no session',
      'm.yaml:9:14: BGP013 Node(d) node d has the address 10.0.0.3 of node c',
    ]);
  });

  it('finds nothing in an empty datastore', async () => {
    expect(await bgpLint(world().context, PLAIN)).toEqual({ findings: [], warnings: [], isWhole: true });
  });
});
