/** CalicoNodeStatus objects: those that are there, and those that a command makes for a while to have nodes report. */
import type { Context } from '../context.ts';
import { NotFound, Unavailable } from '../datastore/errors.ts';
import { API_VERSION } from '../kinds/resource.ts';
import type { Ref, Resource } from '../kinds/resource.ts';
import { OperationError } from './errors.ts';
import { periodOf, readReport } from './node-report.ts';
import type { NodeReport } from './node-report.ts';
import { ResourceClient } from './resource-client.ts';
import { Session } from './session.ts';
import { sleep } from './sleep.ts';

const KIND = 'CalicoNodeStatus';
const OWN_LABEL = ['app.kubernetes.io/managed-by', 'calicoctl'] as const;
const OWN_NAME = /^calicoctl-[0-9a-f]{8}-/;
const PERIOD_SECONDS = 10;
const POLL_MILLISECONDS = 500;
/** Of Kubernetes (RFC 1123). */
const NAME_LENGTH = 253;
/** No command waits that long for one node. */
const LEFTOVER_MILLISECONDS = 3_600_000;

export interface ReportOptions {
  /** have routes reported too; every report is then made after it was asked for, by an object of its own */
  readonly routes: boolean;
}

/** Gets the reports of nodes, and takes away what it made for that. */
export class ReportObjects {
  /** names of objects that commands before this one made and did not take away */
  readonly leftovers: readonly string[];
  readonly #context: Context;
  readonly #client: ResourceClient;
  /** by node: the object that was updated last, of those that ask for sessions and are not made by this tool */
  readonly #existing: ReadonlyMap<string, string>;
  readonly #made = new Set<string>();
  readonly #routes: boolean;

  private constructor(client: ResourceClient, existing: readonly Resource[], { routes }: ReportOptions) {
    this.#context = client.session.context;
    this.#client = client;
    this.#routes = routes;
    const now = this.#context.now();
    this.leftovers = existing.filter((status) => isLeftover(status, now)).map(nameOf);
    // What an object says that is there already may be older than what it is asked for.
    const usable = routes ? [] : existing.filter((status) => !isOwn(status) && reportsSessions(status));
    usable.sort((a, b) => (updateOf(a) < updateOf(b) ? -1 : 1));
    this.#existing = new Map(usable.map((status) => [nodeOf(status), nameOf(status)]));
  }

  /** Reads which objects there are. @throws the datastore's errors */
  static async open(client: ResourceClient, options: ReportOptions = { routes: false }): Promise<ReportObjects> {
    return new ReportObjects(client, await client.list(KIND), options);
  }

  /**
   * The report of a node: of the object that is there for it, else of one that is made for this report alone.
   * @param timeout milliseconds to wait for the node
   * @throws {OperationError} when it does not report in that time, and the datastore's errors
   */
  async report(node: string, timeout: number): Promise<NodeReport> {
    const existing = this.#existing.get(node);
    if (existing !== undefined) return this.#await(existing, node, timeout, false);
    const { type } = this.#client.session.datastore;
    if (type === 'local')
      throw new OperationError('has no CalicoNodeStatus, and no node reports into a folder of manifests');
    const name = newName(node);
    // Noted before it is there: whether a request that was cut off was carried out is not known.
    this.#made.add(name);
    try {
      await this.#client.create(request(name, node, this.#routes ? ['Agent', 'BGP', 'Routes'] : ['Agent', 'BGP']));
      return await this.#await(name, node, timeout, true);
    } finally {
      if (!this.#context.signal.aborted) await this.#remove(this.#client, name);
    }
  }

  /** Takes away what is left, with another connection where this one was cut off. Says what it could not remove. */
  async close(elsewhere: () => Promise<Context>): Promise<void> {
    if (this.#made.size === 0) return;
    let client = this.#client;
    if (this.#context.signal.aborted) {
      const context = await elsewhere();
      client = new ResourceClient(new Session(context, await context.datastore()));
    }
    await Promise.all([...this.#made].map((name) => this.#remove(client, name)));
    if (this.#made.size > 0)
      this.#context.warn(`these objects could not be removed: ${KIND} ${[...this.#made].join(', ')}`);
  }

  /** What cannot be removed stays noted. */
  async #remove(client: ResourceClient, name: string): Promise<void> {
    try {
      await client.delete({ kind: KIND, name });
      this.#made.delete(name);
    } catch (error) {
      if (error instanceof NotFound) this.#made.delete(name);
    }
  }

  async #await(name: string, node: string, timeout: number, created: boolean): Promise<NodeReport> {
    const { signal } = this.#context;
    const ref: Ref = { kind: KIND, name };
    const end = this.#context.now().getTime() + timeout;
    let trouble: Error | undefined;
    for (;;) {
      try {
        const report = readReport(await this.#client.get(ref), created, this.#context.now());
        if (report !== undefined) return report;
        trouble = undefined;
      } catch (error) {
        // A server that is away for a moment is asked again.
        if (signal.aborted || !(error instanceof Unavailable)) throw error;
        trouble = error;
      }
      if (this.#context.now().getTime() >= end) break;
      await sleep(POLL_MILLISECONDS, signal);
    }
    if (trouble !== undefined) throw trouble;
    throw new OperationError(`did not report within ${timeout / 1000}s: is calico-node running there?`);
  }
}

function request(name: string, node: string, classes: readonly string[]): Resource {
  return {
    kind: KIND,
    apiVersion: API_VERSION,
    metadata: { name, labels: Object.fromEntries([OWN_LABEL]) },
    spec: { node, classes, updatePeriodSeconds: PERIOD_SECONDS },
  };
}

function newName(node: string): string {
  const random = crypto.randomUUID().slice(0, 8);
  return `calicoctl-${random}-${node}`.slice(0, NAME_LENGTH).replace(/[^a-z0-9]+$/, '');
}

const nameOf = ({ metadata }: Resource): string => metadata.name ?? '';
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const nodeOf = ({ spec }: Resource): string => textOf(spec['node']);
const updateOf = ({ status = {} }: Resource): string => textOf(status['lastUpdated']);

function isOwn({ metadata }: Resource): boolean {
  const [key, value] = OWN_LABEL;
  return metadata.labels?.[key] === value && OWN_NAME.test(metadata.name ?? '');
}

function isLeftover(status: Resource, now: Date): boolean {
  const age = now.getTime() - Date.parse(status.metadata.creationTimestamp ?? '');
  return isOwn(status) && age > LEFTOVER_MILLISECONDS;
}

function reportsSessions({ spec }: Resource): boolean {
  const { classes } = spec;
  return Array.isArray(classes) && classes.includes('BGP') && periodOf(spec) > 0;
}
