/** Profiles on Kubernetes: views of namespaces and service accounts, which nobody can write (libcalico-go, backend/k8s/resources/profile). */
import { DEFAULT_ALLOW } from '../../kinds/profile.ts';
import type { Kind } from '../../kinds/kind.ts';
import { resourceFrom } from '../../kinds/object.ts';
import type { Ref, Resource } from '../../kinds/resource.ts';
import { identifier, refOf } from '../../kinds/resource.ts';
import type { JsonObject } from '../../kinds/schema.ts';
import type { ListSelector } from '../datastore.ts';
import { Corrupt, NotFound, ServerError, Unsupported } from '../errors.ts';
import type { ApiResource } from './api-paths.ts';
import type { ApiClient } from './api.ts';
import { translate } from './errors.ts';
import type { KindStore, Listed } from './kind-store.ts';
import { metadataOf } from './metadata.ts';
import { convertUID } from './uid.ts';

const NAMESPACES: ApiResource = { group: '', version: 'v1', plural: 'namespaces', goPlural: 'namespaces' };
const SERVICE_ACCOUNTS: ApiResource = {
  group: '',
  version: 'v1',
  plural: 'serviceaccounts',
  goPlural: 'serviceaccounts',
};

/** What profiles of namespaces and of service accounts are called, and what their labels begin with. */
const NAMESPACE = { name: 'kns', label: 'pcns.' } as const;
const ACCOUNT = { name: 'ksa', label: 'pcsa.' } as const;

const ALLOW: readonly JsonObject[] = [{ action: 'Allow' }];

export class Profiles implements KindStore {
  readonly #kind: Kind;
  readonly #api: ApiClient;

  constructor(kind: Kind, api: ApiClient) {
    this.#kind = kind;
    this.#api = api;
  }

  create(resource: Resource): Promise<Resource> {
    return Promise.reject(new Unsupported('Create', identifier(refOf(resource))));
  }

  update(resource: Resource): Promise<Resource> {
    return Promise.reject(new Unsupported('Update', identifier(refOf(resource))));
  }

  delete(ref: Ref): Promise<Resource> {
    return Promise.reject(new Unsupported('Delete', identifier(ref)));
  }

  /** A revision is that of the namespace and that of the service account, with a slash between; one of them is empty. */
  async get(ref: Ref, revision: string | undefined): Promise<Resource> {
    const [ofNamespace, ofAccount] = splitRevision(revision ?? '');
    if (ref.name === DEFAULT_ALLOW.metadata.name) return DEFAULT_ALLOW;
    const [prefix, rest] = splitAt(ref.name, '.');
    if (rest === undefined) throw new ServerError(`Invalid name ${ref.name}`);
    if (prefix === NAMESPACE.name)
      return this.#answer(ref, async () =>
        this.#ofNamespace(await this.#api.get(NAMESPACES, { name: rest }, revisionQuery(ofNamespace))),
      );
    if (prefix !== ACCOUNT.name) throw new ServerError(`Revision ${revision ?? ''} invalid`);
    const [namespace, name] = splitAt(rest, '.');
    if (name === undefined) throw new ServerError(`Profile ${ref.name} is not formatted correctly`);
    return this.#answer(ref, async () =>
      this.#ofAccount(await this.#api.get(SERVICE_ACCOUNTS, { name, namespace }, revisionQuery(ofAccount))),
    );
  }

  async list({ name }: ListSelector): Promise<Listed> {
    if (name !== undefined) return this.#listOne(name);
    const [namespaces, accounts] = await this.#answer({ kind: this.#kind.name, name: '*' }, () =>
      Promise.all([
        this.#api.list(NAMESPACES, undefined, {}, (object) => this.#ofNamespace(object)),
        this.#api.list(SERVICE_ACCOUNTS, undefined, {}, (object) => this.#ofAccount(object)),
      ]),
    );
    return {
      items: [DEFAULT_ALLOW, ...namespaces.items, ...accounts.items],
      skipped: [],
      resourceVersion: `${namespaces.resourceVersion}/${accounts.resourceVersion}`,
    };
  }

  async #listOne(name: string): Promise<Listed> {
    try {
      const found = await this.get({ kind: this.#kind.name, name }, undefined);
      return { items: [found], skipped: [], resourceVersion: found.metadata.resourceVersion ?? '' };
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
      return { items: [], skipped: [], resourceVersion: '' };
    }
  }

  #ofNamespace(object: JsonObject): Resource {
    const { name = '', uid, labels, creationTimestamp = '', resourceVersion = '' } = metadataOf(object['metadata']);
    return resourceFrom(this.#kind, {
      metadata: {
        name: `${NAMESPACE.name}.${name}`,
        ...converted(uid),
        creationTimestamp,
        resourceVersion: `${resourceVersion}/`,
      },
      spec: { ingress: ALLOW, egress: ALLOW, labelsToApply: prefixed(NAMESPACE.label, labels, name) },
      status: undefined,
    });
  }

  #ofAccount(object: JsonObject): Resource {
    const core = metadataOf(object['metadata']);
    const { name = '', namespace = '', uid, labels, creationTimestamp = '', resourceVersion = '' } = core;
    return resourceFrom(this.#kind, {
      metadata: {
        name: `${ACCOUNT.name}.${namespace}.${name}`,
        ...converted(uid),
        creationTimestamp,
        resourceVersion: `/${resourceVersion}`,
      },
      spec: { labelsToApply: prefixed(ACCOUNT.label, labels, name) },
      status: undefined,
    });
  }

  async #answer<T>(ref: Ref, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw error instanceof TypeError ? new Corrupt(error.message, { cause: error }) : translate(error, ref);
    }
  }
}

function converted(uid: string | undefined): { readonly uid?: string } {
  return uid === undefined ? {} : { uid: convertUID(uid) };
}

/** The labels that endpoints get: each with the prefix in front, and the name as one more. */
function prefixed(
  prefix: string,
  labels: Readonly<Record<string, string>> = {},
  name: string,
): Readonly<Record<string, string>> {
  const entries = Object.entries(labels).map(([key, value]) => [`${prefix}${key}`, value] as const);
  return Object.fromEntries([...entries, [`${prefix}projectcalico.org/name`, name]]);
}

/** What stands before a sign and after it; undefined when the sign is not there. */
function splitAt(text: string, sign: string): readonly [before: string, after: string | undefined] {
  const at = text.indexOf(sign);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + sign.length)];
}

function splitRevision(revision: string): readonly [namespace: string, account: string] {
  if (revision === '') return ['', ''];
  const [namespace = '', account, ...more] = revision.split('/');
  if (account === undefined || more.length > 0) throw new ServerError(`ResourceVersion is not valid: ${revision}`);
  return [namespace, account];
}

function revisionQuery(revision: string): Readonly<Record<string, string>> {
  return revision === '' ? {} : { resourceVersion: revision };
}
