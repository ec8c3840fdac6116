/** What a CalicoNodeStatus says. null: it does not say. Source: Calico's API reference, "Calico node status". */
import type { SeenRoutes } from '../bird/routes.ts';
import type { Family, PeerType } from '../bird/session.ts';
import type { Resource } from '../kinds/resource.ts';
import { isJsonObject } from '../kinds/schema.ts';
import type { Json, JsonObject } from '../kinds/schema.ts';

/** A session as a node reports it: of BIRD's two states it carries the one of BGP. */
export interface ReportedSession {
  readonly type: PeerType | null;
  readonly address: string;
  readonly port: number | null;
  readonly bgpState: string | null;
  readonly since: string | null;
}

export interface ReportedDaemon {
  readonly state: string | null;
  readonly version: string | null;
  readonly routerId: string | null;
  readonly lastBootTime: string | null;
  readonly lastReconfigurationTime: string | null;
  readonly sessions: readonly ReportedSession[];
}

export interface NodeReport {
  /** name of the object */
  readonly object: string;
  /** made by this command */
  readonly created: boolean;
  /** RFC 3339 */
  readonly lastUpdated: string;
  /** older than the object's period allows */
  readonly stale: boolean;
  readonly ageSeconds: number;
  readonly daemons: Readonly<Record<Family, ReportedDaemon>>;
  /** null where it tells no routes */
  readonly routes: Readonly<Record<Family, SeenRoutes | null>>;
}

const TYPES: Readonly<Record<string, PeerType>> = { NodeMesh: 'mesh', NodePeer: 'node', GlobalPeer: 'global' };

/** A report is late when two have been left out, and another half minute for clocks that differ. */
const MISSED_PERIODS = 2;
const CLOCK_SECONDS = 30;

/** The object's report; undefined before the first one. */
export function readReport(resource: Resource, created: boolean, now: Date): NodeReport | undefined {
  const { status = {}, spec, metadata } = resource;
  const lastUpdated = text(status['lastUpdated']);
  const time = Date.parse(lastUpdated ?? '');
  if (lastUpdated === null || Number.isNaN(time)) return undefined;
  const ageSeconds = Math.max(0, Math.round((now.getTime() - time) / 1000));
  const agent = object(status['agent']);
  const bgp = object(status['bgp']);
  const { classes } = spec;
  const routes = Array.isArray(classes) && classes.includes('Routes') ? object(status['routes']) : undefined;
  return {
    object: metadata.name ?? '',
    created,
    lastUpdated,
    stale: ageSeconds > MISSED_PERIODS * periodOf(spec) + CLOCK_SECONDS,
    ageSeconds,
    daemons: { ipv4: daemon(agent['birdV4'], bgp['peersV4']), ipv6: daemon(agent['birdV6'], bgp['peersV6']) },
    routes: { ipv4: routesOf(routes?.['routesV4']), ipv6: routesOf(routes?.['routesV6']) },
  };
}

const BY_BGP: readonly Json[] = ['NodeMesh', 'BGPPeer'];

/** Alternative routes (`RIB`) to a prefix are listed, too: the best one (`FIB`) decides, where there is one. */
function routesOf(list: Json | undefined): SeenRoutes | null {
  if (!Array.isArray(list)) return null;
  const routes = list.map((item: unknown) => {
    const { destination, type, learnedFrom } = object(item);
    const isLearnt = BY_BGP.includes(object(learnedFrom)['sourceType'] ?? null);
    return { prefix: text(destination), isBest: type === 'FIB', isLearnt };
  });
  const learnt = new Set<string>();
  const own = new Set<string>();
  for (const wanted of [true, false])
    for (const { prefix, isBest, isLearnt } of routes)
      if (prefix !== null && isBest === wanted && !learnt.has(prefix) && !own.has(prefix))
        (isLearnt ? learnt : own).add(prefix);
  return { learnt, own };
}

/** Seconds between two reports; 0 when there are none. */
export function periodOf(spec: JsonObject): number {
  return Number(spec['updatePeriodSeconds'] ?? 0);
}

function daemon(about: Json | undefined, peers: Json | undefined): ReportedDaemon {
  const { state, version, routerID, lastBootTime, lastReconfigurationTime } = object(about);
  return {
    state: text(state),
    version: text(version),
    routerId: text(routerID),
    lastBootTime: text(lastBootTime),
    lastReconfigurationTime: text(lastReconfigurationTime),
    sessions: (Array.isArray(peers) ? peers : []).map((peer: unknown) => session(object(peer))),
  };
}

function session({ peerIP, type, state, since }: JsonObject): ReportedSession {
  // The node takes the port that BIRD's name for a session ends in for a part of the address.
  const [, address = '', port] = /^(.*?)(?:[.:]port[.:](\d+))?$/.exec(text(peerIP) ?? '') ?? [];
  return {
    type: TYPES[text(type) ?? ''] ?? null,
    address,
    port: port === undefined ? null : Number(port),
    bgpState: text(state),
    since: text(since),
  };
}

function text(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function object(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
