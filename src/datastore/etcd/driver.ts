/**
 * Calico's datastore in etcd v3: keys, values and transactions as the Go client (libcalico-go) makes them, so that both may work on one
 * datastore at the same time. A resourceVersion is the revision of the key's last write.
 */
import { requireKind } from '../../kinds/index.ts';
import type { Kind } from '../../kinds/kind.ts';
import type { Ref, Resource, ResourceList } from '../../kinds/resource.ts';
import { API_VERSION, identifier, refOf } from '../../kinds/resource.ts';
import type { BatchOutcome, BatchRequest, Datastore, ListSelector, WriteOptions } from '../datastore.ts';
import { AlreadyExists, Conflict, Corrupt, Invalid, NotFound } from '../errors.ts';
import type { IpamStore } from '../ipam-store.ts';
import type { ConnectionSettings, OpenOptions } from '../settings.ts';
import { SettingsError } from '../settings.ts';
import { hasQuickHttp } from '../../quick-http/request.ts';
import { ipamStore } from './ipam.ts';
import { refOfKey, resourceKey, resourceRange } from './keys.ts';
import type { Removed, Written } from './keyspace.ts';
import { Keyspace } from './keyspace.ts';
import type { CertificateSource } from './settings.ts';
import { etcdSettings, parseEndpoint, speaksTls } from './settings.ts';
import type { Settled, Step } from './step.ts';
import { mapped } from './step.ts';
import type { TlsMaterial } from './tls.ts';
import type { TransportOptions } from './transport-options.ts';
import type { KeyValue, Transport } from './transport.ts';
import { RequestFailed } from './transport.ts';
import { decodeResource, encodeResource } from './values.ts';

/**
 * Opens the datastore. With user and password a token is fetched; otherwise nothing is sent yet.
 * @throws {SettingsError} when settings or certificates are wrong, {Unavailable} when the token cannot be had
 */
export async function open(settings: ConnectionSettings, options: OpenOptions): Promise<Datastore> {
  options.signal.throwIfAborted();
  const transport = await connect(settings, options);
  return new EtcdDatastore(transport, options.log);
}

async function connect(settings: ConnectionSettings, options: OpenOptions): Promise<Transport> {
  const { discoverySrv, certificates, user, setting, endpoints: configured } = etcdSettings(settings);
  const found = discoverySrv === '' ? configured : await discovered(discoverySrv);
  if (found.length === 0) throw new SettingsError('no etcd endpoints specified');
  const secure = speaksTls(found);
  const endpoints = found.map((endpoint) => parseEndpoint(endpoint, secure));
  const tls = await tlsMaterial(certificates, options.env, secure);
  const { openGateway } = await import('./gateway-transport.ts');
  const openGrpc = async (wanted: TransportOptions): Promise<Transport> =>
    (await import('./grpc-transport.ts')).openGrpc(wanted);
  const wanted: TransportOptions = {
    endpoints,
    tls,
    user,
    facts: { setting, authenticates: user !== undefined, userSetting: user?.setting ?? '' },
    signal: options.signal,
    requestTimeout: options.requestTimeout,
    quickHttp: hasQuickHttp(options.env),
    log: options.log,
  };
  try {
    return await openGateway(wanted, openGrpc);
  } catch (error) {
    throw error instanceof RequestFailed ? error.report() : error;
  }
}

async function discovered(domain: string): Promise<readonly string[]> {
  return (await import('./discovery.ts')).discoverEndpoints(domain);
}

/** The Go client reads certificates even when it will not use them, and so tells of wrong ones. Without any there is nothing to load for them. */
async function tlsMaterial(
  source: CertificateSource,
  env: OpenOptions['env'],
  secure: boolean,
): Promise<TlsMaterial | undefined> {
  const { ca, cert, key } = source;
  if (!secure && [ca, cert, key, env['TLS_CIPHER_SUITES'] ?? ''].every((text) => text === '')) return undefined;
  return (await import('./tls.ts')).loadTls(source, env, secure);
}

class EtcdDatastore implements Datastore {
  readonly type = 'etcdv3' as const;
  readonly serverValidates = false;
  readonly ipam: IpamStore;
  readonly #transport: Transport;
  readonly #keyspace: Keyspace;
  readonly #log: (message: string) => void;

  constructor(transport: Transport, log: (message: string) => void) {
    this.#transport = transport;
    this.#keyspace = new Keyspace(transport);
    this.#log = log;
    this.ipam = ipamStore(this.#keyspace, log);
  }

  async create(resource: Resource, options: WriteOptions = {}): Promise<Resource> {
    const { kind, ref, key, value } = place(resource);
    if (options.dryRun) {
      if ((await this.#keyspace.get(key)) !== undefined) throw new AlreadyExists(ref);
      return decodeResource(kind, { key, value, modRevision: '' });
    }
    return created({ kind, ref, key, value }, await this.#keyspace.create(identifier(ref), key, value));
  }

  async update(resource: Resource, options: WriteOptions = {}): Promise<Resource> {
    const expected = revisionNumber(resource.metadata.resourceVersion ?? '');
    const { kind, ref, key, value } = place(resource);
    if (options.dryRun) {
      const { modRevision } = checked(ref, await this.#keyspace.get(key), expected);
      return decodeResource(kind, { key, value, modRevision });
    }
    return updated({ kind, ref, key, value }, await this.#keyspace.update(identifier(ref), key, value, expected));
  }

  async delete(ref: Ref, options: WriteOptions & { readonly revision?: string } = {}): Promise<Resource> {
    const kind = requireKind(ref.kind);
    const key = resourceKey(kind, ref);
    const expected = givenRevision(options.revision);
    if (options.dryRun) return removed(kind, ref, checked(ref, await this.#keyspace.get(key), expected));
    return deleted(kind, ref, await this.#keyspace.remove(identifier(ref), key, expected));
  }

  async get(ref: Ref, options: { readonly revision?: string } = {}): Promise<Resource> {
    const kind = requireKind(ref.kind);
    const revision = givenRevision(options.revision);
    return present(kind, ref, await this.#keyspace.get(resourceKey(kind, ref), revision));
  }

  async batch(requests: readonly BatchRequest[]): Promise<readonly BatchOutcome[]> {
    const steps = requests.map((request) => attempted(() => this.#step(request)));
    const results = (
      await this.#keyspace.batch(steps.flatMap(({ value }) => (value === undefined ? [] : [value])))
    ).values();
    return steps.map(({ error }): BatchOutcome => {
      if (error !== undefined) return { error };
      const result = results.next().value;
      if (result === undefined) throw new TypeError('a step without a result');
      if (result.error !== undefined) return { error: result.error };
      const outcome = attempted(result.value);
      return outcome.error === undefined ? { resource: outcome.value } : { error: outcome.error };
    });
  }

  /** Its value gives the resource, or throws the error, that the single method would. */
  #step(request: BatchRequest): Step<() => Resource> {
    switch (request.type) {
      case 'create': {
        const placed = place(request.resource);
        const step = this.#keyspace.creation(identifier(placed.ref), placed.key, placed.value);
        return mapped(step, (written) => () => created(placed, written));
      }
      case 'update': {
        const expected = revisionNumber(request.resource.metadata.resourceVersion ?? '');
        const placed = place(request.resource);
        const step = this.#keyspace.replacement(identifier(placed.ref), placed.key, placed.value, expected);
        return mapped(step, (written) => () => updated(placed, written));
      }
      case 'delete': {
        const { ref } = request;
        const kind = requireKind(ref.kind);
        const step = this.#keyspace.removal(identifier(ref), resourceKey(kind, ref), givenRevision(request.revision));
        return mapped(step, (outcome) => () => deleted(kind, ref, outcome));
      }
      case 'get': {
        const { ref } = request;
        const kind = requireKind(ref.kind);
        return this.#keyspace.reading(
          identifier(ref),
          resourceKey(kind, ref),
          (stored) => () => present(kind, ref, stored),
        );
      }
    }
  }

  async list(selector: ListSelector): Promise<ResourceList & { readonly skipped?: readonly string[] }> {
    const kind = requireKind(selector.kind);
    const { entries, revision } = await this.#keyspace.list(resourceRange(kind, selector));
    const items: Resource[] = [];
    const skipped: string[] = [];
    for (const entry of entries) {
      if (selector.name !== undefined && refOfKey(kind, entry.key).name !== selector.name) continue;
      try {
        items.push(decodeResource(kind, entry));
      } catch (error) {
        if (!(error instanceof Corrupt)) throw error;
        this.#log(error.message);
        skipped.push(identifier(refOfKey(kind, entry.key)));
      }
    }
    const metadata = { resourceVersion: revision };
    return {
      kind: `${kind.name}List`,
      apiVersion: API_VERSION,
      metadata,
      items,
      ...(skipped.length > 0 && { skipped }),
    };
  }

  async close(): Promise<void> {
    this.#transport.close();
  }
}

interface Placed {
  readonly kind: Kind;
  readonly ref: Ref;
  readonly key: string;
  readonly value: string;
}

function place(resource: Resource): Placed {
  const kind = requireKind(resource.kind);
  const ref = refOf(resource);
  return { kind, ref, key: resourceKey(kind, ref), value: encodeResource(kind, resource) };
}

/** The compare of a transaction, made on what was read: for dry runs. */
function checked(ref: Ref, stored: KeyValue | undefined, expected: string | undefined): KeyValue {
  if (stored === undefined || (expected !== undefined && stored.modRevision !== expected)) throw refusal(ref, stored);
  return stored;
}

/** The result of a create. @throws {AlreadyExists} */
function created({ kind, ref, key, value }: Placed, written: Written): Resource {
  if (written.done) return decodeResource(kind, { key, value, modRevision: written.revision });
  const { stored } = written;
  const there = stored && attempted(() => decodeResource(kind, stored)).value;
  throw new AlreadyExists(ref, undefined, identifier(ref), there);
}

/** The result of an update. @throws {NotFound}, {Conflict} */
function updated({ kind, ref, key, value }: Placed, written: Written): Resource {
  if (!written.done) throw refusal(ref, written.stored);
  return decodeResource(kind, { key, value, modRevision: written.revision });
}

/** The result of a delete. @throws {NotFound}, {Conflict} */
function deleted(kind: Kind, ref: Ref, outcome: Removed): Resource {
  if (!outcome.done) throw refusal(ref, outcome.stored);
  return removed(kind, ref, outcome.previous);
}

/** The result of a read. @throws {NotFound}, {Corrupt} */
function present(kind: Kind, ref: Ref, entry: KeyValue | undefined): Resource {
  if (entry === undefined) throw new NotFound(ref);
  return decodeResource(kind, entry);
}

/** What a function returns or throws. */
function attempted<T>(run: () => T): Settled<T> {
  try {
    return { value: run() };
  } catch (error) {
    if (error instanceof Error) return { error };
    throw error;
  }
}

function refusal(ref: Ref, stored: KeyValue | undefined): NotFound | Conflict {
  return stored === undefined ? new NotFound(ref) : new Conflict(ref);
}

/** What was there; the Go client does not mind when that could not be read. */
function removed(kind: Kind, ref: Ref, previous: KeyValue): Resource {
  try {
    return decodeResource(kind, previous);
  } catch (error) {
    if (!(error instanceof Corrupt)) throw error;
    const { name, namespace } = ref;
    const metadata = { name, ...(namespace !== undefined && { namespace }), resourceVersion: previous.modRevision };
    return { kind: kind.name, apiVersion: API_VERSION, metadata, spec: {} };
  }
}

function givenRevision(text = ''): string | undefined {
  return text === '' ? undefined : revisionNumber(text);
}

const INT64 = 2n ** 63n;

/**
 * A resourceVersion as etcd takes it: an integer of 64 bits, in canonical form.
 * @throws {Invalid} with the Go client's text when it is none
 */
function revisionNumber(text: string): string {
  const number = /^[-+]?[0-9]+$/.test(text) ? BigInt(text.replace('+', '')) : INT64;
  if (number >= INT64 || number < -INT64) throw new Invalid([{ name: 'ResourceVersion', value: text }]);
  return String(number);
}
