/** Calico's Node on Kubernetes: a view of the core Node object, whose annotations hold Calico's part. */
import type { Kind } from '../../kinds/kind.ts';
import type { Ref, Resource } from '../../kinds/resource.ts';
import { identifier, refOf } from '../../kinds/resource.ts';
import type { JsonObject } from '../../kinds/schema.ts';
import type { ListSelector } from '../datastore.ts';
import { Corrupt, Unsupported } from '../errors.ts';
import type { ApiResource } from './api-paths.ts';
import type { ApiClient } from './api.ts';
import { translate } from './errors.ts';
import type { KindStore, Listed } from './kind-store.ts';
import { listed, listQuery, orName, writeQuery } from './kind-store.ts';
import { calicoNode, mergeIntoCoreNode } from './node-object.ts';

const NODES: ApiResource = { group: '', version: 'v1', plural: 'nodes', goPlural: 'nodes' };

export interface NodeOptions {
  /** host-local IPAM */
  readonly usePodCIDR: boolean;
  readonly warn: (message: string) => void;
}

export class Nodes implements KindStore {
  readonly #kind: Kind;
  readonly #api: ApiClient;
  readonly #options: NodeOptions;

  constructor(kind: Kind, api: ApiClient, options: NodeOptions) {
    this.#kind = kind;
    this.#api = api;
    this.#options = options;
  }

  /** Nodes join a cluster by their kubelet. */
  create(resource: Resource): Promise<Resource> {
    return Promise.reject(new Unsupported('Create', identifier(refOf(resource))));
  }

  delete(ref: Ref): Promise<Resource> {
    return Promise.reject(new Unsupported('Delete', identifier(ref)));
  }

  /**
   * Writes Calico's part into the node as it is now: the revision that counts is that of the read just before, not the resource's. The
   * status is written because the right to that is all the Go client has.
   */
  async update(resource: Resource, dryRun: boolean): Promise<Resource> {
    const ref = refOf(resource);
    return this.#answer(ref, async () => {
      const { object, shadowed } = mergeIntoCoreNode(resource, await this.#api.get(NODES, ref));
      const answer = await this.#api.update(NODES, ref, object, writeQuery(dryRun), 'status');
      for (const label of shadowed) {
        this.#options.warn(
          `label ${label} of ${identifier(ref)} belongs to the Kubernetes node and stays as it is; change it there`,
        );
      }
      return answer;
    });
  }

  get(ref: Ref, revision: string | undefined): Promise<Resource> {
    const query: Readonly<Record<string, string>> = revision === undefined ? {} : { resourceVersion: revision };
    return this.#answer(ref, () => this.#api.get(NODES, ref, query));
  }

  async list(selector: ListSelector): Promise<Listed> {
    const read = orName((object) => this.#read(object));
    try {
      return listed(await this.#api.list(NODES, undefined, listQuery(selector), read));
    } catch (error) {
      throw translate(error, { kind: this.#kind.name, name: '*' });
    }
  }

  async #answer(ref: Ref, call: () => Promise<JsonObject>): Promise<Resource> {
    try {
      return this.#read(await call());
    } catch (error) {
      throw error instanceof TypeError ? new Corrupt(error.message, { cause: error }) : translate(error, ref);
    }
  }

  /** @throws {Corrupt} */
  #read(object: JsonObject): Resource {
    try {
      return calicoNode(this.#kind, object, this.#options.usePodCIDR);
    } catch (error) {
      throw new Corrupt(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }
}
