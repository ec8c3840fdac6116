/** Small clusters by chance: some nodes, labels, cluster IDs, AS numbers and BGPPeers of every sort. */
import type { JsonObject } from '../../src/kinds/schema.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { configuration, node, peer, randomNumbers } from './support.ts';

const SELECTORS = ['all()', 'has(r)', '!has(r)', "rack == '1'", "rack == '2'", "r == 'x'"] as const;

/** The same clusters in every run. */
export class RandomClusters {
  readonly #below: (below: number) => number;

  constructor(seed: number) {
    this.#below = randomNumbers(seed);
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.#below(items.length)] ?? items[0];
  }

  /** A whole number from 0 to below the given one. */
  below(limit: number): number {
    return this.#below(limit);
  }

  chance(percent: number): boolean {
    return this.#below(100) < percent;
  }

  /** A BGPConfiguration, 2 to 8 nodes `n1`, `n2`, … and up to 4 BGPPeers `p0`, `p1`, … */
  resources(): readonly Resource[] {
    const count = 2 + this.#below(7);
    const externals = this.chance(30);
    const nodes = Array.from({ length: count }, (_, index) => this.node(index + 1, externals));
    const peers = Array.from({ length: this.#below(5) }, (_, index) => this.peer(`p${index}`, count));
    return [configuration({ nodeToNodeMeshEnabled: this.chance(35) }), ...nodes, ...peers];
  }

  /** The node with that number, with another AS number perhaps. */
  node(number: number, externals: boolean): Resource {
    const labels = { rack: this.pick(['1', '2']), ...(this.chance(35) ? { r: this.pick(['x', 'y']) } : {}) };
    const bgp: JsonObject = {
      ...(externals && this.chance(40) ? { asNumber: this.pick([65001, 65002, 64512]) } : {}),
      ...('r' in labels && this.chance(80)
        ? { routeReflectorClusterID: this.pick(['1.0.0.1', '1.0.0.1', '1.0.0.2']) }
        : {}),
    };
    return node(`n${number}`, `10.0.0.${number}`, bgp, labels);
  }

  /** A BGPPeer in a cluster of so many nodes. */
  peer(name: string, count: number): Resource {
    const from = this.pick<JsonObject>([
      {},
      { nodeSelector: this.pick(SELECTORS) },
      { nodeSelector: this.pick(SELECTORS) },
      { node: 'n1' },
    ]);
    const options: JsonObject = {
      ...(this.chance(8) ? { reversePeering: 'Manual' } : {}),
      ...(this.chance(5) ? { ttlSecurity: 1 } : {}),
      ...(this.chance(10) ? { numAllowedLocalASNumbers: 1 } : {}),
    };
    const to = this.pick<JsonObject>([
      { peerSelector: this.pick(SELECTORS) },
      { peerSelector: this.pick(SELECTORS) },
      { peerIP: `10.0.0.${1 + this.#below(count)}`, asNumber: this.pick([64512, 64512, 65001]) },
      { peerIP: '10.9.9.9', asNumber: this.pick([65000, 64512]) },
    ]);
    return peer(name, { ...from, ...to, ...options });
  }
}
