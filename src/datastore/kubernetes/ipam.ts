/**
 * IPAM data on Kubernetes. The API cannot delete an object only if it is unchanged, so Calico marks it as deleted by a write that compares, and
 * whoever meets a marked object removes it (libcalico-go, backend/k8s/resources/ipam_*).
 */
import type { JsonObject } from '../../kinds/schema.ts';
import { isJsonObject } from '../../kinds/schema.ts';
import type { Ref } from '../../kinds/resource.ts';
import { Corrupt, NotFound } from '../errors.ts';
import type { Identity, IpamStore, Stored } from '../ipam-store.ts';
import type { Affinity, Block, Handle } from '../../ipam/model.ts';
import type { ApiResource } from './api-paths.ts';
import type { ApiClient } from './api.ts';
import { isNotFound, translate } from './errors.ts';
import type { CalicoGroup } from './group.ts';
import type { IpamLayout } from './ipam-objects.ts';
import { AFFINITIES, BLOCKS, HANDLES, ipamMetadata } from './ipam-objects.ts';

export function ipamStore(api: ApiClient, group: () => Promise<CalicoGroup>): IpamStore {
  return {
    blocks: new Collection<Block, Identity<Block>>(BLOCKS, api, group),
    affinities: new Collection<Affinity, Identity<Affinity>>(AFFINITIES, api, group),
    handles: new Collection<Handle, Identity<Handle>>(HANDLES, api, group),
    cooldownSeconds: async () => cooldownSeconds(api, await group()),
    // There are none on Kubernetes.
    deleteHostMarker: () => Promise.resolve(),
  };
}

async function cooldownSeconds(api: ApiClient, group: CalicoGroup): Promise<number> {
  const names =
    group.version === 'v1'
      ? { plural: 'ipamconfigs', goPlural: 'IPAMConfigs' }
      : { plural: 'ipamconfigurations', goPlural: 'IPAMConfigurations' };
  try {
    const { spec } = await api.get({ ...group, ...names }, { name: 'default' });
    const seconds = isJsonObject(spec) ? spec['ipCooldownSeconds'] : undefined;
    return typeof seconds === 'number' ? seconds : 0;
  } catch (error) {
    if (isNotFound(error)) return 0;
    throw translate(error, { kind: 'IPAMConfigKey', name: '' });
  }
}

/** An {@link IpamCollection}; `I` is its `Identity<V>`. */
class Collection<V extends I & { readonly deleted: boolean }, I> {
  readonly #layout: IpamLayout<V, I>;
  readonly #api: ApiClient;
  readonly #group: () => Promise<CalicoGroup>;

  constructor(layout: IpamLayout<V, I>, api: ApiClient, group: () => Promise<CalicoGroup>) {
    this.#layout = layout;
    this.#api = api;
    this.#group = group;
  }

  /** Objects that cannot be read are left out, as the Go client leaves them out. */
  async list(): Promise<readonly Stored<V>[]> {
    let found;
    try {
      found = await this.#api.list(await this.#resource(), undefined, {}, (object) => this.#readable(object));
    } catch (error) {
      if (isNotFound(error)) return [];
      throw translate(error, { kind: this.#layout.kind, name: '*' });
    }
    const readable = found.items.filter((stored) => stored !== undefined);
    return this.#layout.hidesDeleted ? readable.filter(({ value }) => !value.deleted) : readable;
  }

  async get(identity: I): Promise<Stored<V> | undefined> {
    const ref = this.#layout.ref(identity);
    let stored: Stored<V>;
    try {
      stored = this.#read(await this.#api.get(await this.#resource(), { name: this.#layout.name(identity) }));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw translate(error, ref);
    }
    if (!stored.value.deleted) return stored;
    await this.#remove(stored, ref);
    return undefined;
  }

  async update(stored: Stored<V>): Promise<Stored<V>> {
    const { value, revision } = stored;
    const ref = this.#layout.ref(value);
    const group = await this.#group();
    const name = this.#layout.name(value);
    const body: JsonObject = {
      kind: this.#layout.kind,
      apiVersion: group.apiVersion,
      metadata: ipamMetadata(group, name, revision, this.#layout.labels(value)),
      spec: this.#layout.spec(value, group),
    };
    try {
      return this.#read(await this.#api.update(await this.#resource(), { name }, body));
    } catch (error) {
      throw translate(error, ref);
    }
  }

  async delete(stored: Stored<V>): Promise<void> {
    const marked = await this.update({ ...stored, value: { ...stored.value, deleted: true } });
    await this.#remove(marked, this.#layout.ref(stored.value));
  }

  /** Removes a marked object, unless another of its name has come since. Somebody else may have been quicker. */
  async #remove({ value, uid }: Stored<V>, ref: Ref): Promise<void> {
    try {
      const preconditions = uid === undefined ? {} : { preconditions: { uid } };
      await this.#api.delete(await this.#resource(), { name: this.#layout.name(value) }, preconditions);
    } catch (error) {
      const translated = translate(error, ref);
      if (!(translated instanceof NotFound)) throw translated;
    }
  }

  async #resource(): Promise<ApiResource> {
    const { group, version } = await this.#group();
    return { group, version, plural: this.#layout.plural, goPlural: this.#layout.goPlural };
  }

  #readable(object: JsonObject): Stored<V> | undefined {
    try {
      return this.#read(object);
    } catch (error) {
      if (error instanceof Corrupt) return undefined;
      throw error;
    }
  }

  /** @throws {Corrupt} */
  #read({ metadata, spec }: JsonObject): Stored<V> {
    const text = (key: string): string | undefined => {
      const value = isJsonObject(metadata) ? metadata[key] : undefined;
      return typeof value === 'string' ? value : undefined;
    };
    try {
      const value = this.#layout.read(isJsonObject(spec) ? spec : {});
      const uid = text('uid');
      return { value, revision: text('resourceVersion') ?? '', ...(uid !== undefined && { uid }) };
    } catch (error) {
      throw new Corrupt(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }
}
