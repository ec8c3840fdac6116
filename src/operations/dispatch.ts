/**
 * A datastore as many objects are written through it: what is asked at the same time goes in one batch where the store can do that, and what the rules of
 * a kind ask about other kinds is asked once in a run.
 */
import type { BatchRequest, Datastore, DeleteOptions, ListSelector, WriteOptions } from '../datastore/datastore.ts';
import { identifier, refOf } from '../kinds/resource.ts';
import type { Ref, Resource, ResourceList } from '../kinds/resource.ts';

type Listing = ResourceList & { readonly skipped?: readonly string[] };

interface Waiting {
  readonly request: BatchRequest;
  readonly resolve: (resource: Resource) => void;
  readonly reject: (reason: unknown) => void;
}

export class Dispatcher implements Datastore {
  readonly invalid?: NonNullable<Datastore['invalid']>;
  readonly #store: Datastore;
  readonly #batches: boolean;
  /** objects of which a write was sent, as {@link identifier} names them */
  readonly #touched = new Set<string>();
  readonly #lists = new Map<string, Promise<Listing>>();
  readonly #gets = new Map<string, Promise<Resource>>();
  #kind = '';
  #queue = new Map<string, Waiting[]>();
  #scheduled = false;

  /** With `batches` false every request is sent by itself, and nothing is remembered. */
  constructor(store: Datastore, batches: boolean) {
    this.#store = store;
    this.#batches = batches;
    const { invalid } = store;
    if (invalid !== undefined) this.invalid = (ref, findings) => invalid.call(store, ref, findings);
  }

  get type(): Datastore['type'] {
    return this.#store.type;
  }

  get serverValidates(): boolean {
    return this.#store.serverValidates;
  }

  get ipam(): Datastore['ipam'] {
    return this.#store.ipam;
  }

  /** From now on objects of this kind are written: what is known of the others is as old as this. */
  beginRun(kind: string): void {
    this.#kind = kind;
    this.#lists.clear();
    this.#gets.clear();
  }

  /** Whether a write of the object was sent since it was last forgotten. */
  isTouched(ref: Ref): boolean {
    return this.#touched.has(identifier(ref));
  }

  forget(ref: Ref): void {
    this.#touched.delete(identifier(ref));
  }

  create(resource: Resource, options: WriteOptions = {}): Promise<Resource> {
    return this.#enters(options)
      ? this.#enter({ type: 'create', resource })
      : this.#alone(refOf(resource), () => this.#store.create(resource, options));
  }

  update(resource: Resource, options: WriteOptions = {}): Promise<Resource> {
    return this.#enters(options)
      ? this.#enter({ type: 'update', resource })
      : this.#alone(refOf(resource), () => this.#store.update(resource, options));
  }

  delete(ref: Ref, options: DeleteOptions = {}): Promise<Resource> {
    const { revision } = options;
    return this.#enters(options)
      ? this.#enter({ type: 'delete', ref, ...(revision !== undefined && { revision }) })
      : this.#alone(ref, () => this.#store.delete(ref, options));
  }

  get(ref: Ref, options: { readonly revision?: string } = {}): Promise<Resource> {
    if (options.revision !== undefined) return this.#store.get(ref, options);
    const get = (): Promise<Resource> => (this.#enters({}) ? this.#enter({ type: 'get', ref }) : this.#store.get(ref));
    return ref.kind === this.#kind ? get() : this.#once(this.#gets, identifier(ref), get);
  }

  list(selector: ListSelector): Promise<Listing> {
    const list = (): Promise<Listing> => this.#store.list(selector);
    return selector.kind === this.#kind ? list() : this.#once(this.#lists, JSON.stringify(selector), list);
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  #enters({ dryRun = false }: WriteOptions): boolean {
    return this.#batches && !dryRun && this.#store.batch !== undefined;
  }

  /** Remembers an answer, but no failure. */
  #once<T>(known: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
    if (!this.#batches || this.#kind === '') return ask();
    const asked = known.get(key);
    if (asked !== undefined) return asked;
    const asking = ask();
    known.set(key, asking);
    asking.catch(() => known.delete(key));
    return asking;
  }

  #alone(ref: Ref, write: () => Promise<Resource>): Promise<Resource> {
    this.#touched.add(identifier(ref));
    return write();
  }

  #enter(request: BatchRequest): Promise<Resource> {
    return new Promise((resolve, reject) => {
      const key = identifier(refOfRequest(request));
      const others = this.#queue.get(key);
      if (others === undefined) this.#queue.set(key, [{ request, resolve, reject }]);
      else others.push({ request, resolve, reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => void this.#flush());
    });
  }

  /** Sends what waits; of several requests about one object the first, then the next. */
  async #flush(): Promise<void> {
    this.#scheduled = false;
    const queue = this.#queue;
    this.#queue = new Map();
    while (queue.size > 0) {
      const portion: Waiting[] = [];
      for (const [key, waiting] of queue) {
        const first = waiting.shift();
        if (first !== undefined) portion.push(first);
        if (waiting.length === 0) queue.delete(key);
      }
      await this.#send(portion);
    }
  }

  #one(request: BatchRequest): Promise<Resource> {
    switch (request.type) {
      case 'create':
        return this.#store.create(request.resource);
      case 'update':
        return this.#store.update(request.resource);
      case 'delete':
        return this.#store.delete(request.ref, request.revision === undefined ? {} : { revision: request.revision });
      case 'get':
        return this.#store.get(request.ref);
    }
  }

  async #send(portion: readonly Waiting[]): Promise<void> {
    for (const { request } of portion) {
      if (request.type !== 'get') this.#touched.add(identifier(refOfRequest(request)));
    }
    try {
      const [first] = portion;
      if (portion.length === 1 && first !== undefined) return first.resolve(await this.#one(first.request));
      const outcomes = (await this.#store.batch?.(portion.map(({ request }) => request))) ?? [];
      for (const [index, { resolve, reject }] of portion.entries()) {
        const outcome = outcomes[index];
        if (outcome === undefined) reject(new TypeError('a request of a batch has no outcome'));
        else if (outcome.error !== undefined) reject(outcome.error);
        else resolve(outcome.resource);
      }
    } catch (reason) {
      for (const { reject } of portion) reject(reason);
    }
  }
}

function refOfRequest(request: BatchRequest): Ref {
  return 'ref' in request ? request.ref : refOf(request.resource);
}
