/**
 * Where Calico keeps what in etcd (libcalico-go, backend model): one key per object, names verbatim. Other prefixes under `/calico/` belong
 * to other components of Calico and are never touched.
 */
import type { Affinity } from '../../ipam/model.ts';
import type { Kind } from '../../kinds/kind.ts';
import type { Ref } from '../../kinds/resource.ts';

const RESOURCES = '/calico/resources/v3/projectcalico.org';
const IPAM = '/calico/ipam/v2';

/** Kinds whose stored form says their name in an annotation too, because the key may hold an older form of it (`default.NAME`). */
export const KINDS_NAMED_BY_ANNOTATION: ReadonlySet<string> = new Set([
  'NetworkPolicy',
  'GlobalNetworkPolicy',
  'StagedNetworkPolicy',
  'StagedGlobalNetworkPolicy',
]);

/** The annotation of {@link KINDS_NAMED_BY_ANNOTATION}. */
export const METADATA_ANNOTATION = 'projectcalico.org/metadata';

/** A key, or every key that begins with it. */
export interface KeyRange {
  readonly key: string;
  readonly prefix: boolean;
}

export function resourceKey(kind: Kind, ref: Pick<Ref, 'name' | 'namespace'>): string {
  const path = kind.scope === 'namespaced' ? `${ref.namespace ?? ''}/${ref.name}` : ref.name;
  return `${RESOURCES}/${kind.plural}/${path}`;
}

/** The smallest range that holds what is asked for; a name without its namespace means the whole kind. */
export function resourceRange(
  kind: Kind,
  { name, namespace }: { readonly name?: string; readonly namespace?: string },
): KeyRange {
  const all = `${RESOURCES}/${kind.plural}/`;
  if (kind.scope === 'cluster') {
    return name === undefined ? { key: all, prefix: true } : { key: resourceKey(kind, { name }), prefix: false };
  }
  if (namespace === undefined) return { key: all, prefix: true };
  return name === undefined
    ? { key: `${all}${namespace}/`, prefix: true }
    : { key: resourceKey(kind, { name, namespace }), prefix: false };
}

/** What a key under a kind's prefix names. */
export function refOfKey(kind: Kind, key: string): Ref {
  const path = key.slice(`${RESOURCES}/${kind.plural}/`.length);
  const slash = kind.scope === 'namespaced' ? path.indexOf('/') : -1;
  return slash < 0
    ? { kind: kind.name, name: path }
    : { kind: kind.name, namespace: path.slice(0, slash), name: path.slice(slash + 1) };
}

const BLOCK_PATH = /^ipv[46]\/block\/(.+)-([0-9]+)$/;

/** `ipv4/block/10.9.0.0-26` */
function blockPath(cidr: string): string {
  return `ipv${cidr.includes(':') ? 6 : 4}/block/${cidr.replace('/', '-')}`;
}

function cidrOfPath(path: string): string | undefined {
  const [, address, length] = BLOCK_PATH.exec(path) ?? [];
  return address === undefined || length === undefined ? undefined : `${address}/${length}`;
}

/** The prefix of all blocks. */
export const BLOCKS = `${IPAM}/assignment/`;
/** The prefix of the affinities of hosts; those of type `virtual` are elsewhere and are not listed, as in the Go client. */
export const HOST_AFFINITIES = `${IPAM}/host/`;
/** The prefix of all handles. */
export const HANDLES = `${IPAM}/handle/`;
/** The settings of Calico IPAM, which are not the IPAMConfiguration resource. */
export const IPAM_CONFIG = `${IPAM}/config`;

export function blockKey(cidr: string): string {
  return `${BLOCKS}${blockPath(cidr)}`;
}

export function affinityKey({ type, host, cidr }: Pick<Affinity, 'type' | 'host' | 'cidr'>): string {
  return `${IPAM}/${type}/${host}/${blockPath(cidr)}`;
}

/** What an affinity's key names; undefined for a key of something else, such as a host's marker. */
export function parseAffinityKey(key: string): Pick<Affinity, 'type' | 'host' | 'cidr'> | undefined {
  const [, type, host, path] = /^\/calico\/ipam\/v2\/([^/]+)\/([^/]+)\/(.+)$/.exec(key) ?? [];
  const cidr = cidrOfPath(path ?? '');
  return type === undefined || host === undefined || cidr === undefined ? undefined : { type, host, cidr };
}

export function handleKey(handleID: string): string {
  return `${HANDLES}${handleID}`;
}

export function handleIdOfKey(key: string): string {
  return key.slice(HANDLES.length);
}

/** The marker of a host that once used IPAM; normally absent. */
export function hostMarkerKey(host: string): string {
  return `${HOST_AFFINITIES}${host}`;
}
