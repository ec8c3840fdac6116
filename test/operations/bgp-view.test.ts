import { describe, expect, it } from 'vitest';
import { describeNotice } from '../../src/manifests/manifest.ts';
import { readBgp } from '../../src/operations/bgp-view.ts';
import type { BgpView } from '../../src/operations/bgp-view.ts';
import { ABC } from '../bgp/support.ts';
import { failure, folderStore, world } from '../doubles/world.ts';
import { bgpPeerText, fill, nodeText, PLAIN } from './bgp-support.ts';
import { documents, poolText } from './manifests.ts';

const mesh = (enabled: boolean): string => `apiVersion: projectcalico.org/v3
kind: BGPConfiguration
metadata: {name: default}
spec: {nodeToNodeMeshEnabled: ${enabled}}
`;

const FILES = {
  'm/1.yaml': documents(nodeText('a', '10.0.0.1'), bgpPeerText('p', 'peerIP: 10.9.9.1', 'asNumber: 65001'), mesh(true)),
  'm/2.yaml': documents(
    bgpPeerText('p', 'peerIP: 10.9.9.2', 'asNumber: 65002'),
    nodeText('a', '10.0.0.7'),
    mesh(false),
    bgpPeerText('p', 'peerIP: 10.9.9.3', 'asNumber: 65003'),
    bgpPeerText('a', 'peerIP: 10.9.9.4', 'asNumber: 65004'),
  ),
  // Of no concern for BGP.
  'm/3.yaml': documents(poolText('pool', '10.8.0.0/24'), poolText('pool', '10.9.0.0/24')),
};
const TOO = 'too; what is said here counts, because it is applied last';
const NOTICES = [
  `m/2.yaml:11: metadata.name: Node(a) stands in m/1.yaml:1 ${TOO}`,
  `m/2.yaml:22: metadata.name: BGPPeer(p) stands in m/1.yaml:6, m/2.yaml:1 ${TOO}`,
  `m/2.yaml:16: metadata.name: BGPConfiguration(default) stands in m/1.yaml:14 ${TOO}`,
];

const seen = ({ cluster: { nodes, peers, meshEnabled } }: BgpView): readonly unknown[] => [
  nodes.map(({ name, ipv4 }) => `${name} ${ipv4}`),
  peers.map(({ name, peerIP }) => `${name} ${peerIP}`),
  meshEnabled,
];

describe('readBgp() of manifests that give an object more than once', () => {
  it('takes what would be there if they were applied, and says so', async () => {
    const view = await readBgp(world({ files: FILES }).context, { ...PLAIN, filename: 'm' }, PLAIN);
    expect([seen(view), view.warnings.map(describeNotice)]).toEqual([
      [['a 10.0.0.7'], ['a 10.9.9.4', 'p 10.9.9.3'], false],
      NOTICES,
    ]);
  });

  it('does the same over what is stored', async () => {
    const here = world({ files: FILES, datastore: async () => fill(await folderStore(), ABC) });
    const view = await readBgp(here.context, { ...PLAIN, filename: 'm', merge: true }, PLAIN);
    expect([seen(view), view.warnings.map(describeNotice)]).toEqual([
      [['a 10.0.0.7', 'b 10.0.0.2', 'c 10.0.0.3'], ['a 10.9.9.4', 'p 10.9.9.3'], false],
      NOTICES,
    ]);
  });

  it('refuses them under --safe', async () => {
    const refused = await failure(
      readBgp(world({ files: FILES }).context, { ...PLAIN, filename: 'm' }, { ...PLAIN, safe: true }),
    );
    expect(refused.name).toBe('Refused');
  });
});
