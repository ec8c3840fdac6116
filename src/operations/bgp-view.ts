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
  const { targets, warnings: traps } = await readTargets(context, selection);
  const sources = targets.flatMap(({ source: written }) => written ?? []);
  const { given, notices } = lastOfEach(sources);
  const warnings = [...traps, ...notices];
  if (options.safe && warnings.length > 0) throw new Refused(warnings);
  const below = source.merge ? await stored(context, options) : { resources: [], unread: [] };
  const resources = source.merge ? overlaid(below.resources, given) : given;
  return { cluster: bgpCluster(resources), sources, warnings, unread: below.unread };
}

/** The objects that there are when the manifests are applied: of those given more than once the last, with a notice that names all of them. */
function lastOfEach(sources: readonly ManifestResource[]): {
  readonly given: readonly Resource[];
  readonly notices: readonly Notice[];
} {
  const groups = new Map<string, ManifestResource[]>();
  for (const source of sources) {
    const id = identifier(refOf(source.resource));
    groups.set(id, [...(groups.get(id) ?? []), source]);
  }
  const given: Resource[] = [];
  const notices: Notice[] = [];
  for (const [id, group] of groups) {
    const last = group.at(-1);
    if (last === undefined) continue;
    given.push(last.resource);
    const earlier = group.slice(0, -1).map(({ file, line }) => `${file}:${line}`);
    if (earlier.length === 0 || !isBgpKind(last.resource.kind)) continue;
    const path = 'metadata.name';
    const { line, column } = last.position(path);
    const problem = `${id} stands in ${earlier.join(', ')} too; what is said here counts, because it is applied last`;
    notices.push({ file: last.file, line, column, path, problem });
  }
  return { given, notices };
}

const isBgpKind = (kind: string): boolean => BGP_KINDS.some((known) => known === kind);

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
