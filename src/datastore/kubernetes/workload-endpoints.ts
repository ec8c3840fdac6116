/** Workload endpoints on Kubernetes: views of pods (libcalico-go, backend/k8s/resources/workloadendpoint). */
import type { Kind } from '../../kinds/kind.ts';
import type { Ref, Resource } from '../../kinds/resource.ts';
import { identifier, refOf } from '../../kinds/resource.ts';
import type { JsonObject } from '../../kinds/schema.ts';
import { endpointNameParts } from '../../kinds/workload-endpoint-name.ts';
import type { ListSelector } from '../datastore.ts';
import { Corrupt, NotFound, Unsupported } from '../errors.ts';
import type { ApiResource } from './api-paths.ts';
import type { ApiClient } from './api.ts';
import { translate } from './errors.ts';
import type { KindStore, Listed } from './kind-store.ts';
import { listed, writeQuery } from './kind-store.ts';
import { displayName } from './metadata.ts';
import { hasEndpoint, podEndpoint, RELEASED } from './pod-endpoint.ts';

const PODS: ApiResource = { group: '', version: 'v1', plural: 'pods', goPlural: 'pods' };

export class WorkloadEndpoints implements KindStore {
  readonly #kind: Kind;
  readonly #api: ApiClient;
  readonly #interfacePrefix: string;

  /** @param interfacePrefix what names of workload interfaces begin with */
  constructor(kind: Kind, api: ApiClient, interfacePrefix: string) {
    this.#kind = kind;
    this.#api = api;
    this.#interfacePrefix = interfacePrefix;
  }

  create(resource: Resource): Promise<Resource> {
    return Promise.reject(unsupported('Create', resource));
  }

  update(resource: Resource): Promise<Resource> {
    return Promise.reject(unsupported('Update', resource));
  }

  /** Tells Calico's other components that the pod's addresses are free, as the Go client does; the pod itself stays. */
  async delete(ref: Ref, dryRun: boolean): Promise<Resource> {
    const name = podOf(ref);
    return this.#answer(ref, async () => {
      const pod = { name, namespace: ref.namespace };
      const patch = { metadata: { annotations: RELEASED } };
      return podEndpoint(
        this.#kind,
        await this.#api.patch(PODS, pod, patch, writeQuery(dryRun), 'status'),
        this.#interfacePrefix,
      );
    });
  }

  async get(ref: Ref, revision: string | undefined): Promise<Resource> {
    const name = podOf(ref);
    const query: Readonly<Record<string, string>> = revision === undefined ? {} : { resourceVersion: revision };
    return this.#answer(ref, async () => {
      const pod = await this.#api.get(PODS, { name, namespace: ref.namespace }, query);
      if (!hasEndpoint(pod)) throw new NotFound(ref);
      const found = podEndpoint(this.#kind, pod, this.#interfacePrefix);
      if (found.metadata.name !== ref.name) throw new NotFound(ref);
      return found;
    });
  }

  async list({ namespace, name }: ListSelector): Promise<Listed> {
    const all = await this.#answer({ kind: this.#kind.name, name: '*' }, () =>
      this.#api.list(PODS, namespace, {}, (pod) => this.#readOrName(pod)),
    );
    const isMeant = (item: Resource | string): boolean =>
      typeof item === 'string' || name === undefined || item.metadata.name === name;
    return listed({ ...all, items: all.items.filter((item) => item !== undefined).filter(isMeant) });
  }

  #readOrName(pod: JsonObject): Resource | string | undefined {
    try {
      return hasEndpoint(pod) ? podEndpoint(this.#kind, pod, this.#interfacePrefix) : undefined;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return displayName(pod);
    }
  }

  async #answer<T>(ref: Ref, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw error instanceof TypeError ? new Corrupt(error.message, { cause: error }) : translate(error, ref);
    }
  }
}

function unsupported(operation: string, resource: Resource): Unsupported {
  return new Unsupported(operation, identifier(refOf(resource)), 'unsupported PatchMode: patchModeUnspecified');
}

/** The pod that a name is about. @throws {NotFound} when it is not a name of a pod's endpoint */
function podOf(ref: Ref): string {
  const [, orchestrator, pod = ''] = endpointNameParts(ref.name);
  if (orchestrator !== 'k8s' || pod === '')
    throw new NotFound(ref, 'malformed WorkloadEndpoint name - unable to determine Pod name');
  return pod;
}
