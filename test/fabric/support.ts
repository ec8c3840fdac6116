/** What tests on the fabric share. */
import { setTimeout as sleep } from 'node:timers/promises';
import { API_VERSION } from '../../src/kinds/resource.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import type { JsonObject } from '../../src/kinds/schema.ts';
import type { RunningNode } from './fabric.ts';

/** Long enough for any session to come up or go down; nothing waits that long when all is well. */
const PATIENCE_MILLISECONDS = 30_000;

/** Looks until a value is the wanted one, and gives the last one seen. */
export async function eventually<Value>(
  look: () => Promise<Value>,
  isWanted: (value: Value) => boolean,
): Promise<Value> {
  const end = Date.now() + PATIENCE_MILLISECONDS;
  let value = await look();
  while (!isWanted(value) && Date.now() < end) {
    await sleep(50);
    value = await look();
  }
  return value;
}

/** A BGPPeer, BGPConfiguration or Node as it is stored. */
export function stored(
  kind: string,
  name: string,
  spec: JsonObject,
  labels?: Readonly<Record<string, string>>,
): Resource {
  const metadata = {
    name,
    uid: crypto.randomUUID(),
    creationTimestamp: '2024-02-29T23:59:58Z',
    ...(labels === undefined ? {} : { labels }),
  };
  return { apiVersion: API_VERSION, kind, metadata, spec };
}

/** Names of sessions that are up, by node. */
export async function established(nodes: readonly RunningNode[]): Promise<Readonly<Record<string, string>>> {
  const found = await Promise.all(
    nodes.map(async (node) => {
      const rows = await node.protocols();
      const up = rows.filter(({ state, info }) => state === 'up' && info === 'Established');
      return [node.name, up.map(({ name }) => name).join(' ')] as const;
    }),
  );
  return Object.fromEntries(found);
}
