/** Sessions between nodes that could come up before a change and cannot after it. */
import type { Finding } from './finding.ts';
import { lintLinks } from './lint-links.ts';
import { meshFault } from './links.ts';
import type { FamilyLinks, Link } from './links.ts';
import type { BgpCluster, BgpNode } from './model.ts';
import type { SessionPlan } from './sessions.ts';

/**
 * What {@link lintLinks} finds about the sessions of one family that worked before. One that is there for the first time takes nothing away, even
 * where its other end is still to be made. The work is linear in nodes and in sessions that BGPPeers make.
 */
export function faultsOfWorking(
  plan: SessionPlan,
  now: FamilyLinks,
  earlier: BgpCluster,
  before: FamilyLinks,
): readonly Finding[] {
  const working = new Working(earlier, before);
  const links = now.links.filter(({ a, b, faults }) => faults.length > 0 && working.has(a.name, b.name));
  // What is wrong with the mesh is one finding, whether or not BGPPeers make some of its sessions too.
  const mesh = links.some(isOfMesh) || working.hasAnyOf(plan.cluster, now) ? now.mesh : [];
  return lintLinks(plan, { ...now, links, mesh });
}

const isOfMesh = ({ ofA, ofB }: Link): boolean => ofA?.reason.type === 'mesh' && ofB?.reason.type === 'mesh';

/** The sessions of a family that can come up. */
class Working {
  readonly #cluster: BgpCluster;
  /** of those that BGPPeers make, by the names of their ends, whether they can come up */
  readonly #links: ReadonlyMap<string, boolean>;
  readonly #mesh: ReadonlyMap<string, BgpNode>;

  constructor(cluster: BgpCluster, { links, mesh }: FamilyLinks) {
    this.#cluster = cluster;
    this.#links = new Map(links.map(({ a, b, faults }) => [keyOf(a.name, b.name), faults.length === 0]));
    this.#mesh = new Map(mesh.map((node) => [node.name, node]));
  }

  has(one: string, other: string): boolean {
    const linked = this.#links.get(keyOf(one, other));
    if (linked !== undefined) return linked;
    const [a, b] = [this.#mesh.get(one), this.#mesh.get(other)];
    return a !== undefined && b !== undefined && meshFault(this.#cluster, a, b) === undefined;
  }

  /** Whether a pair is among them that expects different AS numbers of each other in what is the mesh `now`, and has no other session. */
  hasAnyOf(cluster: BgpCluster, { mesh, links }: FamilyLinks): boolean {
    const without = mesh.filter(({ ownAs }) => ownAs === undefined);
    const [first] = without;
    if (first === undefined) return false;
    const other = mesh.filter((node) => meshFault(cluster, node, first) !== undefined);
    const linked = new Set(links.map(({ a, b }) => keyOf(a.name, b.name)));
    const apart = new Set([...linked, ...this.#links.keys()].flatMap((key) => key.split(' ')));
    const [ones, others] = [this.#oneOfEach(other, apart), this.#oneOfEach(without, apart)];
    return ones.some((one) => others.some((two) => this.has(one, two) && !linked.has(keyOf(one, two))));
  }

  /** Names: all that are apart, and of the others one of each kind. */
  #oneOfEach(nodes: readonly BgpNode[], apart: ReadonlySet<string>): readonly string[] {
    const kinds = new Map<string, string>();
    for (const { name } of nodes) {
      const node = this.#mesh.get(name);
      kinds.set(apart.has(name) ? `name ${name}` : node === undefined ? '' : `AS ${node.ownAs ?? ''}`, name);
    }
    return [...kinds.values()];
  }
}

const keyOf = (one: string, other: string): string => (one < other ? `${one} ${other}` : `${other} ${one}`);
