/** The Kubernetes datastore: Calico's objects in a cluster's API server. */
import { requireKind } from '../../kinds/index.ts';
import type { Kind } from '../../kinds/kind.ts';
import type { Ref, Resource, ResourceList } from '../../kinds/resource.ts';
import { API_VERSION, identifier, refOf } from '../../kinds/resource.ts';
import type { JsonObject } from '../../kinds/schema.ts';
import type { Datastore, ListSelector, DeleteOptions, WriteOptions } from '../datastore.ts';
import { DatastoreError, Unavailable, Unsupported } from '../errors.ts';
import type { IpamStore } from '../ipam-store.ts';
import type { ConnectionSettings, OpenOptions } from '../settings.ts';
import { ApiClient } from './api.ts';
import type { ApiResource } from './api-paths.ts';
import { credentialsOf } from './auth.ts';
import { resolveConnection } from './connection.ts';
import { CustomResources, invalidObject } from './custom-resource.ts';
import { isNotFound, translate } from './errors.ts';
import type { CalicoGroup } from './group.ts';
import { configuredGroup, discoverGroup, V1 } from './group.ts';
import { ipamStore } from './ipam.ts';
import type { KindStore } from './kind-store.ts';
import { Nodes } from './nodes.ts';
import { Profiles } from './profiles.ts';
import { Transport } from './transport.ts';
import { WorkloadEndpoints } from './workload-endpoints.ts';

/**
 * Opens the datastore of a cluster. Reads kubeconfigs and certificates, sends nothing.
 * @throws {SettingsError} when the settings do not name a usable server and user
 */
export async function open(settings: ConnectionSettings, options: OpenOptions): Promise<Datastore> {
  options.signal.throwIfAborted();
  const connection = await resolveConnection(settings, options.env);
  const transport = new Transport(connection, credentialsOf(connection, options), settings.spec, options);
  return new KubernetesDatastore(transport, settings, options);
}

/** Of Calico's operator, which keeps some of the cluster's objects as they are written there. */
const INSTALLATIONS: ApiResource = {
  group: 'operator.tigera.io',
  version: 'v1',
  plural: 'installations',
  goPlural: 'Installations',
};

interface Surroundings {
  readonly kind: Kind;
  readonly api: ApiClient;
  readonly usePodCIDR: boolean;
  readonly warn: (message: string) => void;
  readonly env: OpenOptions['env'];
}

/** Kinds that Kubernetes holds as something else than a custom resource. */
const VIEWS: Readonly<Record<string, (surroundings: Surroundings) => KindStore>> = {
  Node: ({ kind, api, usePodCIDR, warn }) => new Nodes(kind, api, { usePodCIDR, warn }),
  Profile: ({ kind, api }) => new Profiles(kind, api),
  WorkloadEndpoint: ({ kind, api, env }) => new WorkloadEndpoints(kind, api, interfacePrefix(env)),
};

/** What names of workload interfaces begin with; Felix and the CNI plugin are told the same way. */
function interfacePrefix({ FELIX_INTERFACEPREFIX: prefixes = '' }: OpenOptions['env']): string {
  const [first = ''] = prefixes.split(',');
  return prefixes === '' ? 'cali' : first;
}

class KubernetesDatastore implements Datastore {
  readonly type = 'kubernetes' as const;
  readonly serverValidates = true;
  readonly ipam: IpamStore | undefined;
  readonly #transport: Transport;
  readonly #api: ApiClient;
  readonly #surroundings: Omit<Surroundings, 'kind'>;
  readonly #stores = new Map<string, KindStore>();
  /** the group in use, as far as it is known */
  #group: CalicoGroup | undefined;
  #discovery: Promise<CalicoGroup> | undefined;

  constructor(transport: Transport, { spec }: ConnectionSettings, { warn, env }: OpenOptions) {
    this.#transport = transport;
    this.#api = new ApiClient(transport);
    this.#surroundings = { api: this.#api, usePodCIDR: spec.usePodCIDR, warn, env };
    this.#group = configuredGroup(spec.calicoAPIGroup);
    // With host-local IPAM there are no blocks.
    this.ipam = spec.usePodCIDR ? undefined : ipamStore(this.#api, () => this.#calicoGroup());
  }

  async create(resource: Resource, options: WriteOptions = {}): Promise<Resource> {
    const store = await this.#store('Create', refOf(resource));
    return store.create(resource, options.dryRun ?? false);
  }

  async update(resource: Resource, options: WriteOptions = {}): Promise<Resource> {
    const store = await this.#store('Update', refOf(resource));
    return store.update(resource, options.dryRun ?? false);
  }

  async delete(ref: Ref, options: DeleteOptions = {}): Promise<Resource> {
    const store = await this.#store('Delete', ref);
    return store.delete(ref, options.dryRun ?? false, options.present);
  }

  async get(ref: Ref, options: { readonly revision?: string } = {}): Promise<Resource> {
    return this.#reading('Get', ref, (store) => store.get(ref, options.revision));
  }

  async list(selector: ListSelector): Promise<ResourceList & { readonly skipped?: readonly string[] }> {
    const { kind } = selector;
    const { items, skipped, resourceVersion } = await this.#reading('List', allOf(selector), (store) =>
      store.list(selector),
    );
    return {
      kind: `${kind}List`,
      apiVersion: API_VERSION,
      metadata: { resourceVersion },
      items,
      ...(skipped.length > 0 && { skipped }),
    };
  }

  async operatorInstallation(): Promise<JsonObject | undefined> {
    try {
      return await this.#api.get(INSTALLATIONS, { name: 'default' });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw translate(error, { kind: 'Installation', name: 'default' });
    }
  }

  async survey(selector: ListSelector, requests: number): Promise<readonly Resource[] | undefined> {
    const store = await this.#store('List', allOf(selector));
    return store.survey?.(selector, requests);
  }

  /** By the time an object is checked its cluster has been asked something, so the group is known. */
  invalid({ kind, name }: Ref, findings: readonly string[]): Error {
    return invalidObject(requireKind(kind), this.#group ?? V1, name, findings);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  /**
   * Reads before the group is known begin with the one that most clusters have: its answers show whether it is there. Where it may not be, the server is
   * asked for its groups; where nobody answers, there is nothing to ask.
   */
  async #reading<T>(operation: string, ref: Ref, read: (store: KindStore) => Promise<T>): Promise<T> {
    const kind = requireKind(ref.kind);
    const isKnown = this.#group !== undefined || this.#stores.has(kind.name);
    if (isKnown || !kind.crd || VIEWS[kind.name] !== undefined) return read(await this.#store(operation, ref));
    const [first] = await Promise.allSettled([read(new CustomResources(kind, this.#api, V1))]);
    if (this.#api.hasGroup(V1.group)) this.#group = V1;
    else {
      if (
        first.status === 'rejected' &&
        (first.reason instanceof Unavailable || !(first.reason instanceof DatastoreError))
      )
        throw first.reason;
      if ((await this.#calicoGroup()) !== V1) return read(await this.#store(operation, ref));
    }
    if (first.status === 'rejected') throw first.reason;
    return first.value;
  }

  async #store(operation: string, ref: Ref): Promise<KindStore> {
    const known = this.#stores.get(ref.kind);
    if (known !== undefined) return known;
    const kind = requireKind(ref.kind);
    const store = VIEWS[kind.name]?.({ kind, ...this.#surroundings }) ?? (await this.#customStore(kind));
    if (store === undefined) throw new Unsupported(operation, identifier(ref));
    this.#stores.set(ref.kind, store);
    return store;
  }

  async #customStore(kind: Kind): Promise<KindStore | undefined> {
    return kind.crd ? new CustomResources(kind, this.#api, await this.#calicoGroup()) : undefined;
  }

  /** Asked once in the life of the driver. */
  async #calicoGroup(): Promise<CalicoGroup> {
    this.#group ??= await (this.#discovery ??= discoverGroup(this.#transport));
    return this.#group;
  }
}

/** The list as messages name it. */
function allOf({ kind, namespace }: ListSelector): Ref {
  return { kind, name: '*', ...(namespace !== undefined && { namespace }) };
}
