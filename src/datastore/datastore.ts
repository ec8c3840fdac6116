/**
 * The one interface between verbs and storage. Its comments are the contract; `test/conformance` checks every driver against them.
 * Rules of a kind (defaults, validation, clean-up) live above it; a driver only translates between objects and its store.
 */
import type { DatastoreType } from '../kinds/kind.ts';
import type { Ref, Resource, ResourceList } from '../kinds/resource.ts';
import type { JsonObject } from '../kinds/schema.ts';
import type { IpamStore } from './ipam-store.ts';
import type { SettingsError } from './settings.ts';

export interface WriteOptions {
  /** do everything but write; the answer is what would have been stored */
  readonly dryRun?: boolean;
}

export interface DeleteOptions extends WriteOptions {
  readonly revision?: string;
  /** the object as it was read when the run began: returned, where a store would read it again for that, and never compared */
  readonly present?: Resource | undefined;
}

export interface ListSelector {
  readonly kind: string;
  /** only this namespace; all namespaces when absent */
  readonly namespace?: string;
  /** only the object of this name, if it is there */
  readonly name?: string;
}

/** One thing to do in a batch. */
export type BatchRequest =
  | { readonly type: 'create' | 'update'; readonly resource: Resource }
  | { readonly type: 'delete'; readonly ref: Ref; readonly revision?: string }
  | { readonly type: 'get'; readonly ref: Ref };

/** What became of it: the resource that the single method would return, or the error that it would throw. */
export type BatchOutcome =
  | { readonly resource: Resource; readonly error?: undefined }
  | { readonly error: Error; readonly resource?: undefined };

export interface Datastore {
  readonly type: DatastoreType;
  /** true when the server checks CRD schemas and fills their defaults; false when the client has to */
  readonly serverValidates: boolean;
  /**
   * Set when what the settings name does not exist, and the first object that is created would make it: the error for all who do not create. A
   * mistyped name must not read as an empty datastore.
   */
  readonly missing?: SettingsError | undefined;
  /**
   * Where the server validates: the error with which it refuses an object for these findings, each `<field>: <detail>`. The client makes the
   * same checks before it asks, so that a cluster with older definitions stores nothing invalid.
   */
  readonly invalid?: (ref: Ref, findings: readonly string[]) => Error;

  /**
   * Stores a new object and returns it with its resourceVersion. uid and creationTimestamp are set by the caller (a server may replace
   * them).
   * @throws {AlreadyExists} when there is one of that name, {Unsupported} when the store cannot create the kind
   */
  create(resource: Resource, options?: WriteOptions): Promise<Resource>;
  /**
   * Replaces the object if `metadata.resourceVersion` is still the stored one, and returns it with the new one.
   * @throws {NotFound} when it is gone, {Conflict} when it has changed
   */
  update(resource: Resource, options?: WriteOptions): Promise<Resource>;
  /**
   * Deletes the object; returns what was there. With `revision` only if it is still the stored one (etcd, local; the Kubernetes API of
   * Calico ignores it as the Go client does).
   * @throws {NotFound}, {Conflict}
   */
  delete(ref: Ref, options?: DeleteOptions): Promise<Resource>;
  /**
   * Reads an object. With `revision` etcd reads that historical revision.
   * @throws {NotFound}
   */
  get(ref: Ref, options?: { readonly revision?: string }): Promise<Resource>;
  /** Reads all objects of a kind in the store's order. Objects that cannot be read as their kind are left out and counted in `skipped`. */
  list(selector: ListSelector): Promise<ResourceList & { readonly skipped?: readonly string[] }>;
  /**
   * Does several things on different objects in few requests, each with the outcome that it would have by itself: the failure of one does not stop the
   * others. Outcomes are in the order of the requests. Only where a store can do that; whoever uses it must be correct without it.
   * @throws the signal's reason; then it is not known which of the writes took place
   */
  readonly batch?: (requests: readonly BatchRequest[]) => Promise<readonly BatchOutcome[]>;
  /**
   * The objects of a list if they are to be had with so many requests, else undefined. Only where a list is read in parts; objects that cannot be read
   * are left out.
   */
  readonly survey?: (selector: ListSelector, requests: number) => Promise<readonly Resource[] | undefined>;
  /** IPAM data; undefined where it does not exist (a folder of manifests, host-local IPAM). */
  readonly ipam: IpamStore | undefined;
  /**
   * What Calico's operator was told about the cluster: its Installation `default` as it is stored; undefined when there is none. Absent where no
   * operator can run.
   * @throws {Unauthorized} when it may not be read
   */
  operatorInstallation?(): Promise<JsonObject | undefined>;
  /** Releases connections. The process may end afterwards without waiting. */
  close(): Promise<void>;
}
