/** IPAM data beside the resources: blocks, affinities and handles, with compare-and-set writes. */
import type { Affinity, Block, Handle } from '../ipam/model.ts';

/** A value with the revision it was read at. */
export interface Stored<V> {
  readonly value: V;
  readonly revision: string;
  /** Kubernetes: the object's own uid */
  readonly uid?: string;
}

export interface IpamCollection<V> {
  list(): Promise<readonly Stored<V>[]>;
  /** reads the object with the same identity as `value`; undefined when there is none */
  get(value: Identity<V>): Promise<Stored<V> | undefined>;
  /** @throws {Conflict} when it changed since it was read, {NotFound} when it is gone */
  update(stored: Stored<V>): Promise<Stored<V>>;
  /** deletes it if it is still at that revision. @throws {Conflict}, {NotFound} */
  delete(stored: Stored<V>): Promise<void>;
}

/** The fields that name an IPAM object. */
export type Identity<V> = V extends Affinity
  ? Pick<Affinity, 'cidr' | 'host' | 'type'>
  : V extends Block
    ? Pick<Block, 'cidr'>
    : Pick<Handle, 'handleID'>;

export interface IpamStore {
  readonly blocks: IpamCollection<Block>;
  /** etcd lists affinities of type `host` only, as the Go client does */
  readonly affinities: IpamCollection<Affinity>;
  readonly handles: IpamCollection<Handle>;
  /** seconds a released address stays unused (`ipCooldownSeconds`) */
  cooldownSeconds(): Promise<number>;
  /** removes the marker of a host (etcd only); no error when there is none */
  deleteHostMarker(host: string): Promise<void>;
}
