/** Calico's IPAM objects as JSON in etcd (libcalico-go, backend model). Sequence numbers are nanoseconds: they exceed 2^53. */
import type { Affinity, Attribute, Block, Handle } from '../../ipam/model.ts';
import { goJson, parseJson } from '../../kinds/go-json.ts';
import type { Json, JsonObject } from '../../kinds/schema.ts';
import { canonicalStruct } from '../../kinds/canonical.ts';
import { bool, bytewise, field, int, isJsonObject, list, map, raw, struct, text, typed } from '../../kinds/schema.ts';
import { handleIdOfKey, parseAffinityKey } from './keys.ts';
import type { KeyValue } from './transport.ts';
import { decodeEntry, readObject } from './values.ts';

const attributeSchema = struct('model.AllocationAttribute', {
  handle_id: field('HandleID', text()),
  secondary: field('ActiveOwnerAttrs', map(text())),
  alternateOwnerAttrs: field('AlternateOwnerAttrs', map(text())),
  releasedAt: field('ReleasedAt', text()),
});

const blockSchema = struct('model.AllocationBlock', {
  cidr: field('CIDR', text()),
  affinity: field('Affinity', text()),
  affinity_claim_time: field('AffinityClaimTime', text()),
  // A list of numbers and nulls, which the schema language does not know: read below.
  allocations: field('Allocations', list(raw())),
  unallocated: field('Unallocated', list(int())),
  attributes: field('Attributes', list(attributeSchema)),
  sequenceNumber: field('SequenceNumber', int('uint64')),
  sequenceNumberForAllocation: field('SequenceNumberForAllocation', map(int('uint64'))),
  deleted: field('Deleted', bool()),
});

const affinitySchema = struct('model.BlockAffinity', {
  state: field('State', text()),
  deleted: field('Deleted', bool()),
});

const handleSchema = struct('model.IPAMHandle', {
  block: field('Block', map(int())),
  deleted: field('Deleted', bool()),
});

const configSchema = struct('model.IPAMConfig', { ipCooldownSeconds: field('IPCooldownSeconds', int()) });

/** @throws {Corrupt} */
export function decodeBlock(entry: KeyValue): Block {
  return decodeEntry(entry, () => {
    const value = typed(blockSchema, canonicalStruct(blockSchema, documentOf(entry)));
    const { affinity, affinity_claim_time: affinityClaimTime } = value;
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
  });
}

export function encodeBlock(block: Block): string {
  return goJson({
    cidr: block.cidr,
    affinity: block.affinity ?? null,
    affinity_claim_time: block.affinityClaimTime,
    allocations: block.allocations,
    unallocated: block.unallocated,
    attributes: block.attributes.map(attributeJson),
    sequenceNumber: block.sequenceNumber,
    sequenceNumberForAllocation: sorted(block.sequenceNumberForAllocation),
    deleted: block.deleted,
  });
}

function attributeJson({ handleID, secondary, alternateOwnerAttrs, releasedAt }: Attribute): Json {
  return {
    handle_id: handleID,
    secondary: secondary && sorted(secondary),
    alternateOwnerAttrs: alternateOwnerAttrs && sorted(alternateOwnerAttrs),
    releasedAt,
  };
}

/** An affinity; undefined when the key is another's, such as a host's marker. @throws {Corrupt} */
export function decodeAffinity(entry: KeyValue): Affinity | undefined {
  const identity = parseAffinityKey(entry.key);
  if (identity === undefined) return undefined;
  return decodeEntry(entry, () => {
    const document = entry.value === '' ? {} : documentOf(entry);
    const { state = '', deleted = false } = typed(affinitySchema, canonicalStruct(affinitySchema, document));
    return { ...identity, state: stateOf(state), deleted };
  });
}

export function encodeAffinity({ state, deleted }: Affinity): string {
  return goJson({ state, deleted });
}

/** @throws {Corrupt} */
export function decodeHandle(entry: KeyValue): Handle {
  return decodeEntry(entry, () => {
    const { block = {}, deleted = false } = typed(handleSchema, canonicalStruct(handleSchema, documentOf(entry)));
    return { handleID: handleIdOfKey(entry.key), block, deleted };
  });
}

export function encodeHandle({ block, deleted }: Handle): string {
  return goJson({ block: sorted(block), deleted });
}

/** How long a released address stays unused, in seconds. @throws {Corrupt} */
export function decodeCooldown(entry: KeyValue): number {
  return decodeEntry(entry, () => {
    const { ipCooldownSeconds = 0 } = typed(configSchema, canonicalStruct(configSchema, documentOf(entry)));
    return ipCooldownSeconds;
  });
}

function documentOf({ value }: KeyValue): JsonObject {
  return readObject(parseJson(value));
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

function sorted<V extends Json>(members: Readonly<Record<string, V>>): Readonly<Record<string, V>> {
  return Object.fromEntries(Object.entries(members).sort(([a], [b]) => bytewise(a, b)));
}
