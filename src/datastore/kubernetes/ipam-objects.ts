/**
 * Calico's IPAM objects as custom resources (libcalico-go, backend/k8s/resources/ipam_*): names, labels and specs in both groups.
 */
import { createHash } from 'node:crypto';
import type { Affinity, Attribute, Block, Handle } from '../../ipam/model.ts';
import { goJson } from '../../kinds/go-json.ts';
import type { Ref } from '../../kinds/resource.ts';
import type { Json, JsonObject } from '../../kinds/schema.ts';
import { canonicalStruct } from '../../kinds/canonical.ts';
import { bool, field, int, isJsonObject, list, map, raw, struct, text, typed } from '../../kinds/schema.ts';
import type { CalicoGroup } from './group.ts';
import { METADATA_ANNOTATION } from './metadata.ts';

/** How one sort of IPAM object is kept. */
export interface IpamLayout<V extends { readonly deleted: boolean }, I> {
  readonly plural: string;
  readonly goPlural: string;
  /** the CRD's kind */
  readonly kind: string;
  /** the object's name in messages: `BlockKey(cidr=10.0.0.0/26)` */
  ref(identity: I): Ref;
  /** name of the custom resource */
  name(identity: I): string;
  labels(value: V): Readonly<Record<string, string>>;
  spec(value: V, group: CalicoGroup): JsonObject;
  /** @throws {TypeError} when the spec has values of a wrong type */
  read(spec: JsonObject): V;
  /** lists leave out objects that are being deleted */
  readonly hidesDeleted: boolean;
}

const attributeSchema = struct('v3.AllocationAttribute', {
  handle_id: field('HandleID', text()),
  secondary: field('ActiveOwnerAttrs', map(text())),
  alternateOwnerAttrs: field('AlternateOwnerAttrs', map(text())),
  releasedAt: field('ReleasedAt', text()),
});

const blockSchema = struct('v3.IPAMBlockSpec', {
  cidr: field('CIDR', text()),
  affinity: field('Affinity', text()),
  affinityClaimTime: field('AffinityClaimTime', text()),
  // Numbers and nulls, which the schema language does not know: read below.
  allocations: field('Allocations', list(raw())),
  unallocated: field('Unallocated', list(int())),
  attributes: field('Attributes', list(attributeSchema)),
  sequenceNumber: field('SequenceNumber', int('uint64')),
  sequenceNumberForAllocation: field('SequenceNumberForAllocation', map(int('uint64'))),
  deleted: field('Deleted', bool()),
});

const affinitySchema = struct('v3.BlockAffinitySpec', {
  state: field('State', text()),
  node: field('Node', text()),
  type: field('Type', text()),
  cidr: field('CIDR', text()),
  // Text in the group V1, a boolean in V3.
  deleted: field('Deleted', raw()),
});

const handleSchema = struct('v3.IPAMHandleSpec', {
  handleID: field('HandleID', text()),
  block: field('Block', map(int())),
  deleted: field('Deleted', bool()),
});

const AFFINITY_TYPE = 'projectcalico.org/affinity-type';
const IP_VERSION = 'projectcalico.org/ip-version';
const HOSTNAME_HASH = 'projectcalico.org/hostname-hash';
/** Names of affinities stay below this, which Kubernetes allows at most. */
const MAX_NAME = 253;

export const BLOCKS: IpamLayout<Block, Pick<Block, 'cidr'>> = {
  plural: 'ipamblocks',
  goPlural: 'IPAMBlocks',
  kind: 'IPAMBlock',
  hidesDeleted: false,
  ref: ({ cidr }) => ({ kind: 'BlockKey', name: `cidr=${cidr}` }),
  name: ({ cidr }) => blockName(cidr),
  labels: () => ({}),
  spec: (block) => ({
    cidr: block.cidr,
    affinity: block.affinity,
    affinityClaimTime: block.affinityClaimTime,
    allocations: block.allocations,
    unallocated: block.unallocated,
    attributes: block.attributes.map(attributeJson),
    sequenceNumber: block.sequenceNumber,
    sequenceNumberForAllocation: block.sequenceNumberForAllocation,
    deleted: block.deleted,
    // Retired, and still required.
    strictAffinity: false,
  }),
  read(spec) {
    const value = typed(blockSchema, canonicalStruct(blockSchema, spec));
    const { affinity, affinityClaimTime } = value;
    return {
      cidr: value.cidr ?? '',
      ...(affinity !== undefined && { affinity }),
      ...(affinityClaimTime !== undefined && { affinityClaimTime }),
      allocations: (value.allocations ?? []).map(allocationOf),
      unallocated: value.unallocated ?? [],
      attributes: (value.attributes ?? []).map(({ handle_id: handleID, ...others }) =>
        handleID === undefined ? others : { handleID, ...others },
      ),
      sequenceNumber: BigInt(value.sequenceNumber ?? 0),
      sequenceNumberForAllocation: Object.fromEntries(
        Object.entries(value.sequenceNumberForAllocation ?? {}).map(([ordinal, number]) => [ordinal, BigInt(number)]),
      ),
      deleted: value.deleted ?? false,
    };
  },
};

export const AFFINITIES: IpamLayout<Affinity, Pick<Affinity, 'cidr' | 'host' | 'type'>> = {
  plural: 'blockaffinities',
  goPlural: 'BlockAffinities',
  kind: 'BlockAffinity',
  hidesDeleted: true,
  ref: ({ cidr, host, type }) => ({
    kind: 'BlockAffinityKey',
    name: `cidr=${cidr}, host=${host}, affinityType=${type}`,
  }),
  name: ({ cidr, host }) => affinityName(host, cidr),
  labels: ({ cidr, host, type }) => ({
    [AFFINITY_TYPE]: type,
    [HOSTNAME_HASH]: hostnameHash(host),
    [IP_VERSION]: cidr.includes(':') ? '6' : '4',
  }),
  spec: ({ cidr, host, type, state, deleted }, group) => ({
    state,
    node: host,
    type,
    cidr,
    deleted: group.version === 'v1' ? String(deleted) : deleted,
  }),
  read(spec) {
    const {
      cidr = '',
      node = '',
      type = 'host',
      state = '',
      deleted,
    } = typed(affinitySchema, canonicalStruct(affinitySchema, spec));
    return { cidr, host: node, type, state: stateOf(state), deleted: deletedOf(deleted) };
  },
};

export const HANDLES: IpamLayout<Handle, Pick<Handle, 'handleID'>> = {
  plural: 'ipamhandles',
  goPlural: 'IPAMHandles',
  kind: 'IPAMHandle',
  hidesDeleted: false,
  ref: ({ handleID }) => ({ kind: 'IPAMHandleKey', name: `id=${handleID}` }),
  name: ({ handleID }) => handleID.toLowerCase(),
  labels: () => ({}),
  spec: ({ handleID, block, deleted }) => ({ handleID, block, deleted }),
  read(spec) {
    const { handleID = '', block = {}, deleted = false } = typed(handleSchema, canonicalStruct(handleSchema, spec));
    return { handleID, block, deleted };
  },
};

/** Metadata of an IPAM object; the group V1 repeats the labels in the annotation that other kinds have. */
export function ipamMetadata(
  group: CalicoGroup,
  name: string,
  resourceVersion: string,
  labels: Readonly<Record<string, string>>,
): JsonObject {
  const given = Object.keys(labels).length === 0 ? undefined : labels;
  const annotations = group.version === 'v1' ? { [METADATA_ANNOTATION]: goJson({ labels: given }) } : undefined;
  return { name, resourceVersion, labels: given, annotations };
}

function attributeJson({ handleID, secondary, alternateOwnerAttrs, releasedAt }: Attribute): JsonObject {
  return { handle_id: handleID, secondary, alternateOwnerAttrs, releasedAt };
}

function allocationOf(value: Json): number | null {
  if (value === null || typeof value === 'number') return value;
  throw new TypeError(
    `json: cannot unmarshal ${isJsonObject(value) ? 'object' : typeof value} into Go value of type int`,
  );
}

function stateOf(state: string): Affinity['state'] {
  if (state === 'confirmed' || state === 'pending' || state === 'pendingDeletion' || state === '') return state;
  throw new TypeError(`unknown state of a block affinity: ${state}`);
}

/** Go's strconv.ParseBool, with the empty text for false. */
function deletedOf(value: Json | undefined): boolean {
  if (typeof value === 'boolean') return value;
  const written = typeof value === 'string' ? value : '';
  if (/^(?:1|t|T|TRUE|true|True)$/.test(written)) return true;
  if (/^(?:|0|f|F|FALSE|false|False)$/.test(written)) return false;
  throw new TypeError(
    `Failed to parse deleted value as bool: strconv.ParseBool: parsing ${JSON.stringify(written)}: invalid syntax`,
  );
}

/** `10.9.0.0/26` → `10-9-0-0-26` */
export function blockName(cidr: string): string {
  return cidr.replace(/[.:/]/g, '-');
}

/** `<node>-<block>`; a node too long for that is cut, and told apart by a hash. */
export function affinityName(host: string, cidr: string): string {
  const block = blockName(cidr);
  const name = `${host}-${block}`;
  if (name.length < MAX_NAME) return name;
  const hash = createHash('sha256').update(`${host}+${block}`).digest('hex').slice(0, 11);
  return `${host.slice(0, MAX_NAME - 1 - block.length - 13)}-${block}-${hash}`;
}

/** A host name as a label value: base32 (RFC 4648) of its SHA3-256, without padding. */
export function hostnameHash(host: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = '';
  for (const byte of createHash('sha3-256').update(host).digest()) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((group) => alphabet.charAt(Number.parseInt(group.padEnd(5, '0'), 2)))
    .join('');
}
