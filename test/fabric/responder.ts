/** Fills CalicoNodeStatus objects from daemons, in the place of calico-node. Source of the shapes: Calico's API reference, "Calico node status". */
import { setTimeout as sleep } from 'node:timers/promises';
import { Conflict, NotFound } from '../../src/datastore/errors.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import type { Json, JsonObject } from '../../src/kinds/schema.ts';
import { textIn } from './confd/cluster.ts';
import type { Version } from './confd/cluster.ts';
import type { Daemon, ProtocolRow } from './daemon.ts';
import type { FabricStore } from './store.ts';

/** A node whose daemons are told of. */
export interface Reporting {
  readonly name: string;
  readonly daemons: readonly Daemon[];
}

export interface StatusResponder {
  stop(): Promise<void>;
}

const POLL_MILLISECONDS = 100;

/** Starts to answer for the nodes: at once to an object without a report, and again whenever its period is over. */
export function startStatusResponder(store: FabricStore, nodes: readonly Reporting[]): StatusResponder {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const end = new AbortController();
  const answer = async (resource: Resource): Promise<void> => {
    const node = byName.get(textIn(resource.spec, 'node'));
    if (node === undefined || !isDue(resource)) return;
    const status = await statusOf(node, resource.spec['classes']);
    const lastUpdated = `${new Date().toISOString().slice(0, 19)}Z`;
    try {
      await store.writeStatus({ ...resource, status: { lastUpdated, ...status } });
    } catch (error) {
      // Taken away, or written by somebody else meanwhile.
      if (!(error instanceof NotFound) && !(error instanceof Conflict)) throw error;
    }
  };
  const running = (async () => {
    const datastore = await store.datastore();
    while (!end.signal.aborted) {
      try {
        const { items } = await datastore.list({ kind: 'CalicoNodeStatus' });
        await Promise.all(items.map(answer));
      } catch {
        // As calico-node, which tries again.
      }
      await sleep(POLL_MILLISECONDS, undefined, { signal: end.signal }).catch(() => {});
    }
  })();
  return {
    async stop() {
      end.abort();
      await running;
    },
  };
}

function isDue({ spec, status }: Resource): boolean {
  const last = status?.['lastUpdated'];
  if (typeof last !== 'string') return true;
  const period = Number(spec['updatePeriodSeconds'] ?? 0);
  return period > 0 && Date.now() - Date.parse(last) >= period * 1000;
}

async function statusOf({ daemons }: Reporting, classes: Json | undefined): Promise<JsonObject> {
  const asked = new Set(Array.isArray(classes) ? classes : []);
  const found = await Promise.all(daemons.map(async (daemon) => [daemon.version, await look(daemon)] as const));
  const of = (version: Version): Look => found.find(([known]) => known === version)?.[1] ?? NOTHING;
  const [v4, v6] = [of(4), of(6)];
  return {
    agent: asked.has('Agent') ? { birdV4: v4.agent, birdV6: v6.agent } : {},
    bgp: asked.has('BGP')
      ? {
          numberEstablishedV4: established(v4),
          numberNotEstablishedV4: v4.peers.length - established(v4),
          numberEstablishedV6: established(v6),
          numberNotEstablishedV6: v6.peers.length - established(v6),
          peersV4: v4.peers,
          peersV6: v6.peers,
        }
      : { numberEstablishedV4: 0, numberNotEstablishedV4: 0, numberEstablishedV6: 0, numberNotEstablishedV6: 0 },
    routes: asked.has('Routes') ? { routesV4: v4.routes, routesV6: v6.routes } : {},
  };
}

interface Look {
  readonly agent: JsonObject;
  readonly peers: readonly JsonObject[];
  readonly routes: readonly JsonObject[];
}

const NOTHING: Look = { agent: { state: 'NotReady' }, peers: [], routes: [] };

const established = ({ peers }: Look): number => peers.filter(({ state }) => state === 'Established').length;

async function look(daemon: Daemon): Promise<Look> {
  try {
    const status = await daemon.ask('show status');
    const said = (pattern: RegExp): string => pattern.exec(status)?.[1] ?? '';
    return {
      agent: {
        state: status.includes('Daemon is up and running') ? 'Ready' : 'NotReady',
        version: said(/^(BIRD \S+)/m),
        routerID: said(/^Router ID is (\S+)/m),
        lastBootTime: said(/^Last reboot on (.*)/m),
        lastReconfigurationTime: said(/^Last reconfiguration on (.*)/m),
      },
      peers: (await daemon.protocols()).flatMap(peerOf),
      routes: (await daemon.ask('show route')).split('\n').reduce<readonly JsonObject[]>(withRoute, []),
    };
  } catch {
    return NOTHING;
  }
}

const TYPES: Readonly<Record<string, string>> = { Mesh: 'NodeMesh', Node: 'NodePeer', Global: 'GlobalPeer' };

/** A peer as calico-node tells of it: what is behind the type in the name is the address, a port included; one that says nothing is left out. */
function peerOf({ name, version, since, info }: ProtocolRow): readonly JsonObject[] {
  const [, prefix = '', rest = ''] = /^(Mesh|Node|Global)_(.+)$/.exec(name) ?? [];
  const type = TYPES[prefix];
  const [state = ''] = info.split(' ');
  if (type === undefined || !/^[A-Z][A-Za-z]+$/.test(state)) return [];
  return [{ peerIP: rest.replaceAll('_', version === 4 ? '.' : ':'), type, state, since }];
}

/** Adds the route of a line of `show route`; a line without a prefix is another way to the one before. */
function withRoute(routes: readonly JsonObject[], line: string): readonly JsonObject[] {
  const [, prefix, way = '', source = '', from] =
    /^(\S+\/\d+)?\s+(.*?)\s*\[(\S+) \S+(?: from (\S+))?\]/.exec(line) ?? [];
  if (source === '') return routes;
  const [, gateway, device] = /^via (\S+) on (\S+)/.exec(way) ?? [];
  const kind = /^(Mesh|Node|Global)_/.exec(source)?.[1];
  const learnedFrom: JsonObject =
    kind === undefined
      ? { sourceType: 'Static' }
      : { sourceType: kind === 'Mesh' ? 'NodeMesh' : 'BGPPeer', ...(from === undefined ? {} : { peerIP: from }) };
  const route: JsonObject = {
    type: /\]\s+\*/.test(line) ? 'FIB' : 'RIB',
    destination: prefix ?? routes.at(-1)?.['destination'] ?? '',
    gateway: gateway ?? 'N/A',
    interface: device ?? 'N/A',
    learnedFrom,
  };
  return [...routes, route];
}
