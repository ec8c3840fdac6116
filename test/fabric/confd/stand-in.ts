/** Stands in for the confd of every node: reads the datastore again and again, and configures the daemons when something changed. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Daemon } from '../daemon.ts';
import type { FabricNetwork } from '../network.ts';
import type { FabricStore } from '../store.ts';
import { readCluster } from './cluster.ts';
import { Entries } from './protocols.ts';
import type { Protocol } from './protocols.ts';
import { renderConfig } from './render.ts';
import type { Place, RenderOptions } from './render.ts';

/** A daemon, and what its configuration is written from. */
export interface Configured {
  readonly node: string;
  readonly place: Place;
  readonly daemon: Daemon;
}

const POLL_MILLISECONDS = 200;
const BGP_PORT = 179;

export class StandIn {
  readonly #store: FabricStore;
  readonly #network: FabricNetwork;
  readonly #configured: readonly Configured[];
  readonly #options: RenderOptions;
  readonly #end = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();
  #polling: Promise<void> = Promise.resolve();

  constructor(
    store: FabricStore,
    network: FabricNetwork,
    configured: readonly Configured[],
    options: Omit<RenderOptions, 'portOf'>,
  ) {
    this.#store = store;
    this.#network = network;
    this.#configured = configured;
    this.#options = { ...options, portOf: (port) => network.portOf(port) };
  }

  /** Begins to look at the datastore by itself. */
  watch(): void {
    this.#polling = this.#poll();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#polling;
  }

  /** Configures every daemon for what is stored now, and waits until they have carried it out. */
  async apply(): Promise<void> {
    await this.#once();
    await Promise.all(this.#configured.map(({ daemon }) => daemon.settled()));
  }

  async #poll(): Promise<void> {
    while (!this.#end.signal.aborted) {
      // A datastore that is away is asked again; whoever waits for it in apply() hears why.
      await this.#once().catch(() => {});
      await sleep(POLL_MILLISECONDS, undefined, { signal: this.#end.signal }).catch(() => {});
    }
  }

  /** Reads and configures, one after the other: nothing older is installed over something newer. */
  #once(): Promise<void> {
    const turn = this.#turn.then(() => this.#readAndInstall());
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #readAndInstall(): Promise<void> {
    const cluster = readCluster(await this.#store.read());
    const entries = new Entries(cluster);
    const nodes = new Map(cluster.nodes.map((node) => [node.name, node]));
    const wanted = this.#configured.map((configured) => {
      const node = nodes.get(configured.node);
      const protocols = node === undefined ? [] : entries.protocols(node, configured.place.version);
      return { ...configured, known: node, protocols };
    });
    const ports = wanted.flatMap(({ known, protocols }) => [known?.port ?? 0, ...protocols.map(portOf)]);
    for (const port of new Set([BGP_PORT, ...ports])) if (port !== 0) await this.#network.reserve(port);
    await Promise.all(
      wanted.map(({ daemon, place, known, protocols }) =>
        daemon.install(renderConfig(place, known, protocols, this.#options)),
      ),
    );
  }
}

const portOf = ({ port = 0 }: Protocol): number => port;
