/** Clusters to try on the fabric: the worked examples of which sessions exist, and random ones. */
import type { Resource } from '../../src/kinds/resource.ts';
import type { JsonObject } from '../../src/kinds/schema.ts';
import { generator } from '../doubles/random.ts';
import { address6Of, addressOf } from './fabric.ts';
import { stored } from './support.ts';

export interface Layout {
  readonly name: string;
  readonly resources: readonly Resource[];
}

/** Names of the nodes of random layouts; each has the address of its place in the list. */
export const LAYOUT_NODES: readonly string[] = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8'];

/** Texts of the passwords that layouts use. */
export const LAYOUT_PASSWORDS: Readonly<Record<string, string>> = {
  'bgp/one': 'first password',
  'bgp/two': 'second password',
};

const RR = { 'route-reflector': 'true' };
const TO_RR: JsonObject = { nodeSelector: 'all()', peerSelector: "route-reflector == 'true'" };
const OFF = stored('BGPConfiguration', 'default', { nodeToNodeMeshEnabled: false });

function nodeAt(index: number, bgp: JsonObject = {}, labels: Readonly<Record<string, string>> = {}): Resource {
  const address = `${addressOf(index)}/24`;
  return stored('Node', LAYOUT_NODES[index] ?? '', { bgp: { ipv4Address: address, ...bgp } }, labels);
}

const [A, B, C] = [nodeAt(0), nodeAt(1), nodeAt(2)];
const REFLECTOR = nodeAt(2, { routeReflectorClusterID: '244.0.0.1' }, RR);

/** Three nodes on the way from a mesh to a reflector, and what may go wrong there. */
export const WORKED_EXAMPLES: readonly Layout[] = [
  { name: 'default mesh', resources: [A, B, C] },
  { name: 'cluster ID without a BGPPeer', resources: [A, B, nodeAt(2, { routeReflectorClusterID: '244.0.0.1' })] },
  { name: 'cluster ID, label and BGPPeer', resources: [A, B, REFLECTOR, stored('BGPPeer', 'rr', TO_RR)] },
  { name: 'mesh off', resources: [A, B, REFLECTOR, stored('BGPPeer', 'rr', TO_RR), OFF] },
  {
    name: 'BGPPeer without nodeSelector',
    resources: [A, B, REFLECTOR, stored('BGPPeer', 'rr', { peerSelector: "route-reflector == 'true'" }), OFF],
  },
  {
    name: 'BGPPeer before the cluster ID',
    resources: [A, B, nodeAt(2, {}, RR), stored('BGPPeer', 'rr', TO_RR)],
  },
  {
    name: 'global listenPort',
    resources: [
      A,
      B,
      REFLECTOR,
      stored('BGPPeer', 'rr', TO_RR),
      stored('BGPConfiguration', 'default', { listenPort: 178 }),
    ],
  },
];

/** Layouts of two to eight nodes; those of a seed are always the same. */
export function randomLayouts(count: number, seed: number): readonly Layout[] {
  const chooser = new Chooser(seed);
  return Array.from({ length: count }, (_, number) => ({
    name: `random ${number} of seed ${seed}`,
    resources: randomResources(chooser),
  }));
}

/** Layouts of three nodes with several sessions for one another, of which BIRD runs one at a time. */
export function crowdedLayouts(count: number, seed: number): readonly Layout[] {
  const chooser = new Chooser(seed);
  return Array.from({ length: count }, (_, number) => ({
    name: `crowded ${number} of seed ${seed}`,
    resources: [
      ...[0, 1, 2].map((index) =>
        nodeAt(
          index,
          chooser.maybe(15, () => ({ asNumber: 65001 })),
        ),
      ),
      ...(chooser.often(75) ? [] : [OFF]),
      ...(chooser.often(15) ? [stored('BGPConfiguration', 'node.n2', { listenPort: 1790 })] : []),
      ...Array.from({ length: 1 + chooser.below(4) }, (__, peer) =>
        stored('BGPPeer', `p${peer}`, {
          ...chooser.pick<JsonObject>([{}, { node: 'n1' }, { node: 'n2' }, { node: 'n3' }]),
          peerIP: `${addressOf(chooser.below(3))}${chooser.pick(['', '', '', ':179', ':1790'])}`,
          asNumber: chooser.pick([64512, 64512, 65001]),
          ...chooser.maybe(40, () => ({ reversePeering: 'Manual' })),
          ...chooser.maybe(10, () => ({ ttlSecurity: 1 })),
          ...chooser.maybe(10, () => ({ password: secret('one') })),
        }),
      ),
    ],
  }));
}

class Chooser {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = generator(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.below(items.length)] ?? items[0];
  }

  /** True so many times in a hundred. */
  often(percent: number): boolean {
    return this.below(100) < percent;
  }

  /** The members, so many times in a hundred. */
  maybe(percent: number, members: () => JsonObject): JsonObject {
    return this.often(percent) ? members() : {};
  }
}

/** What all nodes and peers of a layout have in common, so that some layouts are plain and some are not. */
interface Temper {
  readonly count: number;
  readonly families: 'ipv4' | 'ipv6 too' | 'mixed';
  readonly differentAs: boolean;
  readonly ports: boolean;
  readonly passwords: boolean;
}

const SELECTORS = ['all()', 'has(rr)', '!has(rr)', "rack == '1'", "rack == '2'", "rr == 'x' || rack == '1'"] as const;
const LOCAL_AS = [65001, 65002, 64512] as const;

function randomResources(chooser: Chooser): readonly Resource[] {
  const temper: Temper = {
    count: 2 + chooser.below(7),
    families: chooser.pick(['ipv4', 'ipv4', 'ipv6 too', 'mixed'] as const),
    differentAs: chooser.often(35),
    ports: chooser.often(30),
    passwords: chooser.often(25),
  };
  const nodes = Array.from({ length: temper.count }, (_, index) => randomNode(chooser, temper, index));
  const ownPorts = LAYOUT_NODES.slice(0, temper.count).flatMap((name) =>
    temper.ports && chooser.often(40)
      ? [stored('BGPConfiguration', `node.${name}`, { listenPort: chooser.pick([178, 1790, 0, 179]) })]
      : [],
  );
  const mesh = chooser.often(40);
  const configuration: JsonObject = {
    ...(mesh && chooser.often(50) ? {} : { nodeToNodeMeshEnabled: mesh }),
    ...chooser.maybe(temper.differentAs ? 40 : 10, () => ({ asNumber: chooser.pick([65001, 63400]) })),
    ...(temper.ports ? chooser.maybe(60, () => ({ listenPort: chooser.pick([178, 1790, 179]) })) : {}),
    ...(mesh && temper.passwords ? chooser.maybe(50, () => ({ nodeMeshPassword: secret('one') })) : {}),
    ...(mesh ? chooser.maybe(10, () => ({ nodeMeshMaxRestartTime: '90s' })) : {}),
  };
  const hasConfiguration = Object.keys(configuration).length > 0;
  const peers = Array.from({ length: chooser.below(5) }, (_, number) =>
    stored('BGPPeer', `p${number}`, randomPeer(chooser, temper)),
  );
  return [
    ...nodes,
    ...(hasConfiguration ? [stored('BGPConfiguration', 'default', configuration)] : []),
    ...ownPorts,
    ...peers,
  ];
}

const secret = (key: string): JsonObject => ({ secretKeyRef: { name: 'bgp', key } });

function randomNode(chooser: Chooser, { families, differentAs }: Temper, index: number): Resource {
  const kind = families === 'mixed' ? chooser.pick(['4', '4', '46', '46', '46', '6'] as const) : '';
  const has4 = families !== 'mixed' || kind.includes('4');
  const has6 = families === 'ipv6 too' || kind.includes('6');
  // A few nodes have taken the address of the one before.
  const at = index > 0 && chooser.often(1) ? index - 1 : index;
  const isReflector = chooser.often(30);
  const labels = { rack: chooser.pick(['1', '2']), ...(isReflector ? { rr: chooser.pick(['x', 'y']) } : {}) };
  const bgp: JsonObject = {
    ...(has4 ? { ipv4Address: `${addressOf(at)}/24` } : {}),
    ...(has6 ? { ipv6Address: `${address6Of(at)}/64` } : {}),
    ...(differentAs ? chooser.maybe(50, () => ({ asNumber: chooser.pick(LOCAL_AS) })) : {}),
    ...(isReflector
      ? chooser.maybe(80, () => ({ routeReflectorClusterID: chooser.pick(['1.0.0.1', '1.0.0.1', '1.0.0.2']) }))
      : {}),
  };
  return stored('Node', LAYOUT_NODES[index] ?? '', { bgp }, labels);
}

function randomPeer(chooser: Chooser, temper: Temper): JsonObject {
  const scope = chooser.pick<JsonObject>([
    {},
    { nodeSelector: chooser.pick(SELECTORS) },
    { nodeSelector: chooser.pick(SELECTORS) },
    { node: chooser.pick(['n1', 'n2', 'n9']) },
  ]);
  return {
    ...scope,
    ...randomTarget(chooser, temper),
    ...chooser.maybe(10, () => ({ reversePeering: chooser.pick(['Manual', 'Auto']) })),
    ...chooser.maybe(8, () => ({ ttlSecurity: chooser.pick([1, 2]) })),
    ...chooser.maybe(5, () => ({ maxRestartTime: chooser.pick(['45s', '1m30s500ms']) })),
    ...chooser.maybe(5, () => ({ keepaliveTime: chooser.pick(['7s', '1500ms']) })),
    ...chooser.maybe(10, () => ({ sourceAddress: chooser.pick(['None', 'UseNodeIP']) })),
    ...chooser.maybe(10, () =>
      chooser.pick<JsonObject>([
        { nextHopMode: chooser.pick(['Keep', 'Self', 'Auto']) },
        { keepOriginalNextHop: true },
      ]),
    ),
    ...chooser.maybe(temper.passwords ? 50 : 0, () => ({
      password: secret(chooser.pick(['one', 'one', 'two'])),
    })),
  };
}

/** Nodes by label, a node by address, something outside; rarely nothing at all. */
function randomTarget(chooser: Chooser, { count, families, differentAs, ports }: Temper): JsonObject {
  if (chooser.often(2)) return {};
  if (chooser.often(55)) return { peerSelector: chooser.pick(SELECTORS) };
  const isOutside = chooser.often(25);
  const index = isOutside ? 80 : chooser.below(count);
  const is6 = families !== 'ipv4' && chooser.often(40);
  const ip = is6 ? address6Of(index) : addressOf(index);
  const spelled = is6 && chooser.often(15) ? ip.toUpperCase().replace('::', ':0::') : ip;
  const port = ports && chooser.often(50) ? chooser.pick([178, 1790, 179]) : undefined;
  const peerIP = port === undefined ? spelled : is6 ? `[${spelled}]:${port}` : `${spelled}:${port}`;
  return {
    peerIP,
    ...chooser.maybe(97, () => ({ asNumber: differentAs ? chooser.pick(LOCAL_AS) : 64512 })),
    ...chooser.maybe(8, () => ({ localASNumber: chooser.pick([65009, 64512]) })),
    ...chooser.maybe(8, () => ({ numAllowedLocalASNumbers: 2 })),
  };
}
