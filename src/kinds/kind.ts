import type { FieldProblem, JsonObject, StructSchema } from './schema.ts';
import type { Ref, Resource } from './resource.ts';

export type Verb = 'create' | 'apply' | 'replace' | 'patch' | 'label' | 'delete';

/** The datastores a kind may live in. */
export type DatastoreType = 'etcdv3' | 'kubernetes' | 'local';

/**
 * Everything the tool knows about a kind. Verbs are generic over this; no shared code asks which kind it holds. Where a verb must behave
 * differently for a kind, the kind has a property that says so.
 */
export interface Kind {
  /** `BGPPeer` */
  readonly name: string;
  /** `bgppeers`: the key segment in etcd, the path segment in the Kubernetes API */
  readonly plural: string;
  /** `BGPPeers`: the resource name in texts of the Go Kubernetes client */
  readonly goPlural: string;
  /** Go package of the struct in type errors: `v3`, or `internalapi` for Node and WorkloadEndpoint */
  readonly pkg: string;
  /** every name accepted on the command line, lower case */
  readonly aliases: readonly string[];
  readonly scope: 'cluster' | 'namespaced';
  readonly spec: StructSchema;
  readonly status?: StatusShape;
  /** Calico has a CustomResourceDefinition of this kind, so its OpenAPI and CEL rules apply */
  readonly crd: boolean;
  /** rules of the CRD at the root of the object (`Tier`) */
  readonly rules?: readonly RootRule[];
  readonly columns: Columns;
  /** the CRD has CEL rules below the top of the spec (the API server then says when it skipped them) */
  readonly celRules?: true;
  /** name of an object that need not exist: until somebody makes it each of its settings has its default */
  readonly settingsObject?: string;
  /** creating one first initialises the datastore, and fails if that fails (Node) */
  readonly initialises?: true;
  /** checks of the name beyond the general one; also used by `validate` */
  readonly checkName?: (name: string) => readonly FieldProblem[];
  /** JSON Schema of the name, where not every DNS subdomain is one */
  readonly nameSchema?: JsonObject;
  /** further checks of labels (NetworkSet) */
  readonly checkMetadata?: (resource: Resource) => readonly FieldProblem[];
  /** verbs refused whatever the datastore, with the Go tool's whole text for each */
  readonly refuses?: Partial<Record<Verb, string>>;
  /** what Kubernetes holds instead of a custom resource */
  readonly kubernetesView?: KubernetesView;
  /** other objects that columns and templates need; the operation fetches them */
  readonly related?: readonly Ref[];
  /** objects that exist everywhere without being stored (`projectcalico-default-allow`); listed after the stored ones */
  readonly builtIn?: readonly Resource[];
  /** the order of a list, where it is not the datastore's */
  readonly order?: (a: Resource, b: Resource) => number;
  /** what happens around reading and writing, as in the Go client */
  readonly client?: ClientRules;
  /** one sentence: what the kind is for */
  readonly summary: string;
}

/** A kind that is only another way to see objects of Kubernetes, which have other owners. */
export interface KubernetesView {
  /** the objects, in words: `pods` */
  readonly of: string;
  /** verbs that are refused there */
  readonly refuses: readonly Verb[];
}

export interface StatusShape {
  readonly schema: StructSchema;
  /** `always`: printed even when empty (Node, Tier); `pointer`: printed when given */
  readonly presence: 'always' | 'pointer';
}

export interface RootRule {
  readonly message: string;
  /** the API server's reason, where it is not Invalid */
  readonly reason?: 'Forbidden';
  /** the rule as a JSON Schema of the object, where it can be said in one */
  readonly jsonSchema?: JsonObject;
  test(resource: Resource): boolean;
}

export interface Columns {
  readonly narrow: readonly string[];
  readonly wide: readonly string[];
  /** every heading that custom-columns accepts, with its cell */
  readonly cells: Readonly<Record<string, Cell>>;
}

/** The text of one table cell. */
export type Cell = (resource: Resource, related: Related) => string;

/** Objects that were fetched beside the ones printed. */
export interface Related {
  /** the object; undefined when it does not exist; 'unreadable' when it could not be read */
  get(ref: Ref): Resource | undefined | 'unreadable';
}

/**
 * What the Go client does around a kind's reads and writes besides the general checks. Each step may throw an {@link Invalid} or a datastore
 * error; steps run in the order given here.
 */
export interface ClientRules {
  /**
   * writes whose rules look at other objects of the same kind, or change what objects of the kind share: one object is done with before the next is begun
   */
  readonly alone?: readonly ('create' | 'update' | 'delete')[];
  /** fills in what an older writer left out; get and list, nothing is written */
  read?(resource: Resource, reading: Reading): Resource;
  /** before the general checks of a create: normalises, fills defaults, looks at other objects */
  prepareCreate?(resource: Resource, store: StoreView): Promise<Resource> | Resource;
  /** before the general checks of an update; `stored` is what is there now */
  prepareUpdate?(resource: Resource, stored: Resource, store: StoreView): Promise<Resource> | Resource;
  /** after the general checks of a create */
  checkCreate?(resource: Resource, store: StoreView): Promise<void> | void;
  /** after the general checks of an update */
  checkUpdate?(resource: Resource, store: StoreView): Promise<void> | void;
  /**
   * Replaces the plain delete. `remove` deletes the object itself and must be called last; the given revision is what it will compare.
   */
  delete?(
    ref: Ref,
    revision: string | undefined,
    store: StoreView,
    remove: (revision: string | undefined) => Promise<Resource>,
  ): Promise<Resource>;
}

/** How an object was read: by itself or in a list, and from where. */
export interface Reading {
  readonly by: 'get' | 'list';
  readonly type: DatastoreType;
}

/** What a kind's rules may do with the datastore. Errors are those of the datastore. */
export interface StoreView {
  readonly type: DatastoreType;
  get(ref: Ref): Promise<Resource>;
  list(kind: string, namespace?: string): Promise<readonly Resource[]>;
  update(resource: Resource): Promise<Resource>;
  /** deletes it if it is there and can be deleted */
  discard(ref: Ref): Promise<void>;
  /** the error for an object that is not there, with a server's words */
  missing(ref: Ref, detail: string): Error;
  /** the error for an object that has changed since it was read */
  conflict(ref: Ref): Error;
  /** tells the person something about what is going on, as a warning */
  warn(text: string): void;
  readonly ipam: IpamView;
  /** waits; ends early with the reason when the command is cancelled */
  sleep(milliseconds: number): Promise<void>;
}

/** Calico IPAM as far as deleting pools and nodes needs it. */
export interface IpamView {
  /** networks of all blocks of an IP version, e.g. `10.0.0.64/26` */
  blocks(version: 4 | 6): Promise<readonly string[]>;
  /** releases addresses (deleting a Node) */
  releaseAddresses(addresses: readonly string[]): Promise<void>;
  /** gives up a host's blocks; blocks that still hold addresses stay, without affinity */
  releaseHost(host: string): Promise<void>;
  /** gives up every host's blocks inside a pool */
  releasePool(cidr: string): Promise<void>;
}
