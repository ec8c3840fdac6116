/** IPAM data in etcd. Every write compares the revision that was read. */
import { Conflict, Corrupt, NotFound } from '../errors.ts';
import type { IpamCollection, IpamStore, Stored } from '../ipam-store.ts';
import type { Affinity, Block, Handle } from '../../ipam/model.ts';
import type { Ref } from '../../kinds/resource.ts';
import { identifier } from '../../kinds/resource.ts';
import {
  decodeAffinity,
  decodeBlock,
  decodeCooldown,
  decodeHandle,
  encodeAffinity,
  encodeBlock,
  encodeHandle,
} from './ipam-values.ts';
import {
  affinityKey,
  blockKey,
  BLOCKS,
  handleKey,
  HANDLES,
  HOST_AFFINITIES,
  hostMarkerKey,
  IPAM_CONFIG,
} from './keys.ts';
import type { Keyspace } from './keyspace.ts';
import type { KeyValue } from './transport.ts';

/** How one sort of IPAM object lies in etcd. */
interface Layout<V, I> {
  readonly prefix: string;
  key(identity: I): string;
  /** its name in the Go client's messages */
  ref(identity: I): Ref;
  encode(value: V): string;
  /** undefined: something else that lies under the prefix. @throws {Corrupt} */
  decode(entry: KeyValue): V | undefined;
}

const blocks: Layout<Block, Pick<Block, 'cidr'>> = {
  prefix: BLOCKS,
  key: ({ cidr }) => blockKey(cidr),
  ref: ({ cidr }) => ({ kind: 'BlockKey', name: `cidr=${cidr}` }),
  encode: encodeBlock,
  decode: decodeBlock,
};

const affinities: Layout<Affinity, Pick<Affinity, 'cidr' | 'host' | 'type'>> = {
  prefix: HOST_AFFINITIES,
  key: affinityKey,
  ref: ({ cidr, host, type }) => ({
    kind: 'BlockAffinityKey',
    name: `cidr=${cidr}, host=${host}, affinityType=${type}`,
  }),
  encode: encodeAffinity,
  decode: decodeAffinity,
};

const handles: Layout<Handle, Pick<Handle, 'handleID'>> = {
  prefix: HANDLES,
  key: ({ handleID }) => handleKey(handleID),
  ref: ({ handleID }) => ({ kind: 'IPAMHandleKey', name: `id=${handleID}` }),
  encode: encodeHandle,
  decode: decodeHandle,
};

/** IPAM data in a keyspace. `log` hears of what a list leaves out because it cannot be read, as the Go client leaves it out. */
export function ipamStore(keyspace: Keyspace, log: (message: string) => void): IpamStore {
  return {
    blocks: collection(blocks, keyspace, log),
    affinities: collection(affinities, keyspace, log),
    handles: collection(handles, keyspace, log),
    async cooldownSeconds() {
      const entry = await keyspace.get(IPAM_CONFIG);
      return entry === undefined ? 0 : decodeCooldown(entry);
    },
    async deleteHostMarker(host) {
      await keyspace.remove(`IPAMHostKey(host=${host})`, hostMarkerKey(host));
    },
  };
}

function collection<V extends I, I>(
  layout: Layout<V, I>,
  keyspace: Keyspace,
  log: (message: string) => void,
): { list(): Promise<readonly Stored<V>[]>; get(value: I): Promise<Stored<V> | undefined> } & Pick<
  IpamCollection<V>,
  'update' | 'delete'
> {
  return {
    async list() {
      const { entries } = await keyspace.list({ key: layout.prefix, prefix: true });
      return entries.flatMap((entry) => {
        try {
          return storedFrom(layout, entry) ?? [];
        } catch (error) {
          if (!(error instanceof Corrupt)) throw error;
          log(error.message);
          return [];
        }
      });
    },
    async get(identity) {
      const entry = await keyspace.get(layout.key(identity));
      return entry && storedFrom(layout, entry);
    },
    async update({ value, revision }) {
      const ref = layout.ref(value);
      const text = layout.encode(value);
      const written = await keyspace.update(identifier(ref), layout.key(value), text, revision);
      if (written.done) return { value, revision: written.revision };
      throw written.stored === undefined ? new NotFound(ref) : new Conflict(ref);
    },
    async delete({ value, revision }) {
      const ref = layout.ref(value);
      const removed = await keyspace.remove(identifier(ref), layout.key(value), revision);
      if (!removed.done) throw removed.stored === undefined ? new NotFound(ref) : new Conflict(ref);
    },
  };
}

function storedFrom<V, I>(layout: Layout<V, I>, entry: KeyValue): Stored<V> | undefined {
  const value = layout.decode(entry);
  return value === undefined ? undefined : { value, revision: entry.modRevision };
}
