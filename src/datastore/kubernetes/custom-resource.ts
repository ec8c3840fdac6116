/** Kinds that are custom resources, in either of Calico's API groups. */
import type { Kind } from '../../kinds/kind.ts';
import { resourceFrom } from '../../kinds/object.ts';
import type { Metadata, Ref, Resource } from '../../kinds/resource.ts';
import { metadataJson, refOf } from '../../kinds/resource.ts';
import type { JsonObject } from '../../kinds/schema.ts';
import { isJsonObject } from '../../kinds/schema.ts';
import type { ListSelector } from '../datastore.ts';
import { Corrupt, ServerError } from '../errors.ts';
import type { ApiResource, ObjectName } from './api-paths.ts';
import type { ApiClient } from './api.ts';
import { isNotFound, translate } from './errors.ts';
import type { CalicoGroup } from './group.ts';
import type { KindStore, Listed } from './kind-store.ts';
import { listed, listQuery, orName, writeQuery } from './kind-store.ts';
import { fromCustomMetadata, metadataOf, toCustomMetadata } from './metadata.ts';

/** What a kind is called as a custom resource. */
export interface CustomResourceNames {
  readonly plural: string;
  readonly goPlural: string;
  /** the CRD's kind */
  readonly kind: string;
}

/** The older group has a shorter name for one kind. */
const V1_NAMES: Readonly<Record<string, CustomResourceNames>> = {
  IPAMConfiguration: { plural: 'ipamconfigs', goPlural: 'IPAMConfigs', kind: 'IPAMConfig' },
};

export function customNames(
  { name, plural, goPlural }: Pick<Kind, 'name' | 'plural' | 'goPlural'>,
  group: CalicoGroup,
): CustomResourceNames {
  return (group.version === 'v1' ? V1_NAMES[name] : undefined) ?? { plural, goPlural, kind: name };
}

/** How the API server refuses an object: each finding is `<field>: <detail>`. */
export function invalidObject(kind: Kind, group: CalicoGroup, name: string, findings: readonly string[]): ServerError {
  const list = findings.length === 1 ? findings.join() : `[${findings.join(', ')}]`;
  return new ServerError(`${customNames(kind, group).kind}.${group.group} "${name}" is invalid: ${list}`);
}

export class CustomResources implements KindStore {
  readonly #kind: Kind;
  readonly #api: ApiClient;
  readonly #group: CalicoGroup;
  readonly #resource: ApiResource;
  /** the CRD's kind */
  readonly #customKind: string;

  constructor(kind: Kind, api: ApiClient, group: CalicoGroup) {
    const { plural, goPlural, kind: customKind } = customNames(kind, group);
    this.#kind = kind;
    this.#api = api;
    this.#group = group;
    this.#resource = { group: group.group, version: group.version, plural, goPlural };
    this.#customKind = customKind;
  }

  create(resource: Resource, dryRun: boolean): Promise<Resource> {
    const { namespace } = resource.metadata;
    return this.#answer(refOf(resource), () => {
      const body = this.#toCustom(resource, { ...resource.metadata, resourceVersion: '' });
      return this.#api.create(this.#resource, namespace, body, writeQuery(dryRun));
    });
  }

  update(resource: Resource, dryRun: boolean): Promise<Resource> {
    const ref = refOf(resource);
    return this.#answer(ref, () =>
      this.#api.update(
        this.#resource,
        objectName(ref),
        this.#toCustom(resource, resource.metadata),
        writeQuery(dryRun),
      ),
    );
  }

  /** The Go client reads the object first, and does not compare revisions. */
  async delete(ref: Ref, dryRun: boolean, present?: Resource): Promise<Resource> {
    const deleted = present ?? (await this.get(ref));
    try {
      await this.#api.delete(this.#resource, objectName(ref), dryRun ? { dryRun: ['All'] } : {});
      return deleted;
    } catch (error) {
      throw translate(error, ref);
    }
  }

  get(ref: Ref): Promise<Resource> {
    return this.#answer(ref, () => this.#api.get(this.#resource, objectName(ref)));
  }

  /** A kind the server has no definition of has no objects. */
  async list(selector: ListSelector): Promise<Listed> {
    let found;
    try {
      found = await this.#api.list(this.#resource, selector.namespace, listQuery(selector), this.#orName);
    } catch (error) {
      if (isNotFound(error)) return { items: [], skipped: [], resourceVersion: '' };
      throw translate(error, { kind: this.#kind.name, name: '*' });
    }
    return listed(found);
  }

  async survey(selector: ListSelector, requests: number): Promise<readonly Resource[] | undefined> {
    const { namespace } = selector;
    const found = await this.#api.listWithin(requests, this.#resource, namespace, listQuery(selector), this.#orName);
    return found && listed(found).items;
  }

  readonly #orName = orName((object) => this.#fromCustom(object));

  async #answer(ref: Ref, call: () => Promise<JsonObject>): Promise<Resource> {
    let answer: JsonObject;
    try {
      answer = await call();
    } catch (error) {
      throw error instanceof TypeError ? new Corrupt(error.message, { cause: error }) : translate(error, ref);
    }
    return this.#fromCustom(answer);
  }

  #toCustom({ spec, status }: Resource, metadata: Metadata): JsonObject {
    const { selfLink: _unused, ...own } = metadata;
    return {
      kind: this.#customKind,
      apiVersion: this.#group.apiVersion,
      metadata: this.#group.version === 'v1' ? toCustomMetadata(this.#kind.name, own) : metadataJson(own),
      spec,
      ...(status !== undefined && { status }),
    };
  }

  /** @throws {Corrupt} */
  #fromCustom(object: JsonObject): Resource {
    const { metadata, spec, status } = object;
    try {
      const tier = isJsonObject(spec) ? spec['tier'] : undefined;
      const own =
        this.#group.version === 'v1'
          ? fromCustomMetadata(this.#kind.name, metadata, tier)
          : { ...metadataOf(metadata), selfLink: '' };
      return resourceFrom(this.#kind, { metadata: own, spec, status });
    } catch (error) {
      throw new Corrupt(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }
}

function objectName({ name, namespace }: Ref): ObjectName {
  return { name, namespace };
}
