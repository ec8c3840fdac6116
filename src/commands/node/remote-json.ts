/** What nodes report of their BGP sessions, for programs: as of this machine, with null for what a report does not carry. */
import type { Json } from '../../kinds/schema.ts';
import type { ReportedDaemon, ReportedSession } from '../../operations/node-report.ts';
import type { RemoteNode, RemoteResult } from '../../operations/remote-status.ts';
import { checkJson } from './status-json.ts';

/** The document that `-o json` and `-o yaml` print. */
export function remoteJson({ nodes, withoutBgp }: RemoteResult): Json {
  return { nodes: Object.fromEntries(nodes.map((one) => [one.node, nodeJson(one)])), withoutBgp };
}

function nodeJson({ report, problem, check }: RemoteNode): Json {
  const checked = check === undefined ? {} : { check: checkJson(check) };
  if (report === undefined) return { error: problem, report: null, ipv4: null, ipv6: null, ...checked };
  const { object, created, lastUpdated, stale, ageSeconds, daemons } = report;
  return {
    error: null,
    report: { object, created, lastUpdated, ageSeconds, stale },
    ipv4: daemonJson(daemons.ipv4),
    ipv6: daemonJson(daemons.ipv6),
    ...checked,
  };
}

function daemonJson({
  state,
  version,
  routerId,
  lastBootTime,
  lastReconfigurationTime,
  sessions,
}: ReportedDaemon): Json {
  return {
    daemon: state,
    version,
    routerId,
    lastReboot: lastBootTime,
    lastReconfiguration: lastReconfigurationTime,
    gracefulRestart: null,
    sessions: sessions.map(sessionJson),
  };
}

function sessionJson({ type, address, port, bgpState, since }: ReportedSession): Json {
  return {
    protocol: null,
    type,
    address,
    port,
    state: null,
    bgpState,
    up: null,
    disabled: null,
    since,
    secondsInState: null,
    localAs: null,
    peerAs: null,
    internal: null,
    rrClient: null,
    sourceAddress: null,
    neighborId: null,
    routes: null,
    gracefulRestart: null,
    error: null,
    lastError: null,
  };
}
