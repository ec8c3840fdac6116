/** The state of a node's BGP sessions for programs. What is not known is null. */
import type { BirdSession, DaemonReport } from '../../operations/bird-daemons.ts';
import { isDisabled, isUp, secondsSince } from '../../operations/bird-daemons.ts';
import type { SessionCheck } from '../../operations/session-check.ts';
import type { ProbeResult } from '../../operations/status-probe.ts';
import type { Json } from '../../kinds/schema.ts';

/** The document that `-o json` and `-o yaml` print. */
export function statusJson({ node, felix, daemons, check }: ProbeResult): Json {
  return {
    node,
    felix,
    ipv4: daemonJson(daemons.ipv4),
    ipv6: daemonJson(daemons.ipv6),
    ...(check === undefined ? {} : { check: checkJson(check) }),
  };
}

function daemonJson({ outcome, socket, problem, daemon, sessions }: DaemonReport): Json {
  return {
    daemon: outcome,
    socket: socket === '' ? null : socket,
    error: problem === '' ? null : problem,
    version: daemon?.version ?? null,
    routerId: daemon?.routerId ?? null,
    serverTime: daemon?.serverTime ?? null,
    lastReboot: daemon?.lastReboot ?? null,
    lastReconfiguration: daemon?.lastReconfiguration ?? null,
    gracefulRestart: daemon?.gracefulRestart ? { ...daemon.gracefulRestart } : null,
    sessions: sessions.map((session) => sessionJson(session, daemon?.serverTime ?? null)),
  };
}

function sessionJson(session: BirdSession, serverTime: string | null): Json {
  const { protocol, type, address, port, state, bgpState, since, details, error } = session;
  const text = (value: string | undefined): string | null => (value === '' ? null : (value ?? null));
  return {
    protocol,
    type,
    address,
    port,
    state,
    bgpState,
    up: isUp(session),
    disabled: isDisabled(session),
    since,
    secondsInState: secondsSince(since, serverTime),
    localAs: details?.localAs ?? null,
    peerAs: details?.peerAs ?? null,
    internal: details?.internal ?? null,
    rrClient: details?.rrClient ?? null,
    sourceAddress: details?.sourceAddress ?? null,
    neighborId: details?.neighborId ?? null,
    routes: details?.routes ? { ...details.routes } : null,
    gracefulRestart: text(details?.gracefulRestart),
    error: text(error),
    lastError: text(details?.lastError),
  };
}

/** A check as a part of a document. */
export function checkJson({ ok, source, expected, up, note, problems }: SessionCheck): Json {
  return {
    ok,
    source,
    expected,
    up,
    note: note === '' ? null : note,
    problems: problems.map((problem) => ({ ...problem })),
  };
}
