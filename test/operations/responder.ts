/** Nodes that report, in the place of calico-node: they fill the CalicoNodeStatus objects that ask for them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Datastore } from '../../src/datastore/datastore.ts';
import { Conflict, NotFound } from '../../src/datastore/errors.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import type { JsonObject } from '../../src/kinds/schema.ts';

export interface Responder {
  /** how many objects there were at the same time at most, and how many in all */
  counts(): { readonly most: number; readonly all: number };
  stop(): Promise<void>;
}

/**
 * Starts to answer. `statusOf` gives a node's status without its time, or undefined for a node that keeps silent; `write` stores an object's status
 * where the datastore's own update cannot.
 */
export function startResponder(
  datastore: Datastore,
  statusOf: (node: string) => JsonObject | undefined | Promise<JsonObject>,
  write: (resource: Resource) => Promise<unknown> = (resource) => datastore.update(resource),
): Responder {
  let most = 0;
  const end = new AbortController();
  const seen = new Set<string>();
  const answer = async (resource: Resource): Promise<void> => {
    const { node } = resource.spec;
    if (typeof node !== 'string' || typeof resource.status?.['lastUpdated'] === 'string') return;
    const status = await statusOf(node);
    if (status === undefined) return;
    const lastUpdated = `${new Date().toISOString().slice(0, 19)}Z`;
    try {
      await write({ ...resource, status: { lastUpdated, ...status } });
    } catch (error) {
      // Taken away meanwhile.
      if (!(error instanceof NotFound) && !(error instanceof Conflict)) throw error;
    }
  };
  const running = (async () => {
    while (!end.signal.aborted) {
      const { items } = await datastore.list({ kind: 'CalicoNodeStatus' });
      most = Math.max(most, items.length);
      for (const { metadata } of items) seen.add(metadata.name ?? '');
      await Promise.all(items.map(answer));
      await sleep(20);
    }
  })();
  return {
    counts: () => ({ most, all: seen.size }),
    async stop() {
      end.abort();
      await running;
    },
  };
}

/** What a node with these IPv4 sessions of the mesh reports: addresses and states. */
export function meshStatus(sessions: Readonly<Record<string, string>>): JsonObject {
  const peers = Object.entries(sessions).map(([peerIP, state]) => ({
    peerIP,
    type: 'NodeMesh',
    state,
    since: '08:00:01',
  }));
  const up = peers.filter(({ state }) => state === 'Established').length;
  return {
    agent: { birdV4: { state: 'Ready', version: 'v0.3.3+birdv1.6.8' } },
    bgp: {
      numberEstablishedV4: up,
      numberNotEstablishedV4: peers.length - up,
      numberEstablishedV6: 0,
      numberNotEstablishedV6: 0,
      peersV4: peers,
    },
    routes: {},
  };
}
