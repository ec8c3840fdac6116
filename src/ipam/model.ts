/** Calico's IPAM objects in the form they have in the datastore, one shape for etcd and Kubernetes. */

/** An allocation block (`ipamblocks`, `/calico/ipam/v2/assignment/…`). 64-bit counters are bigint. */
export interface Block {
  readonly cidr: string;
  /** `host:<node>`, `virtual:<name>`, or undefined when the block belongs to nobody */
  readonly affinity?: string;
  readonly affinityClaimTime?: string;
  /** per ordinal: null = free, else an index into `attributes` */
  readonly allocations: readonly (number | null)[];
  /** free ordinals, first in first out */
  readonly unallocated: readonly number[];
  readonly attributes: readonly Attribute[];
  readonly sequenceNumber: bigint;
  /** ordinal → sequence number of the block when that ordinal was (de)allocated */
  readonly sequenceNumberForAllocation: Readonly<Record<string, bigint>>;
  readonly deleted: boolean;
}

export interface Attribute {
  readonly handleID?: string;
  readonly secondary?: Readonly<Record<string, string>>;
  readonly alternateOwnerAttrs?: Readonly<Record<string, string>>;
  /** set while a released address cools down */
  readonly releasedAt?: string;
}

/** A host's claim on a block (`blockaffinities`, `/calico/ipam/v2/host/…`). */
export interface Affinity {
  readonly cidr: string;
  readonly host: string;
  /** `host` or `virtual` */
  readonly type: string;
  readonly state: 'confirmed' | 'pending' | 'pendingDeletion' | '';
  readonly deleted: boolean;
}

/** Which blocks hold addresses of a handle (`ipamhandles`, `/calico/ipam/v2/handle/…`). */
export interface Handle {
  readonly handleID: string;
  /** block network → number of addresses */
  readonly block: Readonly<Record<string, number>>;
  readonly deleted: boolean;
}
