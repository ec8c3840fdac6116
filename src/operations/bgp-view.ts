/** The resources that decide about BGP, from a datastore, from manifests, or from both. */
import type { Context } from '../context.ts';
import { bgpCluster } from '../bgp/model.ts';
import type { BgpCluster } from '../bgp/model.ts';
import { identifier, refOf } from '../kinds/resource.ts';
import type { Resource } from '../kinds/resource.ts';
import type { ManifestResource, Notice } from '../manifests/manifest.ts';
import { openSession, readTargets, Refused } from './input.ts';
import type { CommonOptions } from './input.ts';
import { ResourceClient } from './resource-client.ts';

export interface BgpSource {
  /** manifests to look at instead of the datastore */
  readonly filename: string | undefined;
  readonly recursive: boolean;
  /** files without data are no error */
  readonly skipEmpty: boolean;
  /** look at the datastore as it would be with the manifests applied */
  readonly merge: boolean;
}

export interface BgpView {
  readonly cluster: BgpCluster;
  /** the manifests, where some were given */
  readonly sources: readonly ManifestResource[];
  readonly warnings: readonly Notice[];
  /** objects of the datastore that cannot be read, by name: the cluster is without them */
  readonly unread: readonly string[];
}

/** The kinds that decide about sessions. */
export const BGP_KINDS = ['Node', 'BGPPeer', 'BGPConfiguration'] as const;

/** @throws {ManifestError}, and the datastore's errors */
export async function readBgp(context: Context, source: BgpSource, options: CommonOptions): Promise<BgpView> {
  const { filename, recursive, skipEmpty } = source;
  if (filename === undefined) {
    const { resources, unread } = await stored(context, options);
    return { cluster: bgpCluster(resources), sources: [], warnings: [], unread };
  }
  const selection = {
    filename,
    recursive,
    skipEmpty,
    kind: undefined,
    names: [],
    namespace: '',
    allNamespaces: false,
  };
  const { targets, warnings } = await readTargets(context, selection);
  if (options.safe && warnings.length > 0) throw new Refused(warnings);
  const given = targets.map(({ resource }) => resource);
  const below = source.merge ? await stored(context, options) : { resources: [], unread: [] };
  const resources = source.merge ? overlaid(below.resources, given) : given;
  const sources = targets.flatMap(({ source: written }) => written ?? []);
  return { cluster: bgpCluster(resources), sources, warnings, unread: below.unread };
}

/** Says that there is no Node: what is computed of such a cluster is empty, and must not pass for a good result. */
export function warnWithoutNodes(context: Context, { nodes }: BgpCluster, source: BgpSource): void {
  if (nodes.length > 0) return;
  const more = source.filename === undefined || source.merge ? '' : ' (--merge adds those of the datastore)';
  context.warn(`there is no Node in what was read, so there are no BGP sessions to look at${more}`);
}

async function stored(
  context: Context,
  options: CommonOptions,
): Promise<{ readonly resources: readonly Resource[]; readonly unread: readonly string[] }> {
  const client = new ResourceClient(await openSession(context, options));
  const resources = (await Promise.all(BGP_KINDS.map((kind) => client.list(kind)))).flat();
  return { resources, unread: [...client.unread] };
}

/** The first resources with those of the same name replaced by the second ones. */
function overlaid(first: readonly Resource[], second: readonly Resource[]): readonly Resource[] {
  const all = new Map([...first, ...second].map((resource) => [identifier(refOf(resource)), resource]));
  return [...all.values()];
}
