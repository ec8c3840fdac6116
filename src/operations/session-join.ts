/** Puts the sessions that must exist beside those that a node has. */
import { whyNotUp } from '../bird/explain.ts';
import { readProtocolName } from '../bird/protocol-name.ts';
import { isDisabled, isUp } from '../bird/session.ts';
import type { Family, PeerType } from '../bird/session.ts';
import type { Session } from '../bgp/sessions.ts';
import type { DaemonReport } from './bird-daemons.ts';
import type { ReportedDaemon } from './node-report.ts';

/** What became of a session: `unknown` where the node could not be asked. */
export type Verdict = 'up' | 'down' | 'disabled' | 'wrong-as' | 'missing' | 'unexpected' | 'unknown';

/** A session that a node has. null: it was not told. */
export interface ActualSession {
  readonly protocol: string | null;
  readonly type: PeerType | null;
  readonly address: string;
  readonly port: number | null;
  /** of the protocol, as BIRD has it */
  readonly state: string | null;
  readonly bgpState: string | null;
  readonly since: string | null;
  readonly localAs: number | null;
  readonly peerAs: number | null;
}

/** A session that must exist, one that exists, or both. */
export interface JoinedSession {
  readonly expected: Session | undefined;
  readonly actual: ActualSession | undefined;
  readonly verdict: Verdict;
  /** more about a session that is not up; '' for nothing */
  readonly why: string;
}

interface Judged extends ActualSession {
  readonly verdict: 'up' | 'down' | 'disabled' | 'wrong-as';
  readonly why: string;
}

/** Of a daemon that answered: BIRD's names tell which session is which. Those with workloads are left out, as the datastore does not tell of them. */
export function joinDaemon(expected: readonly Session[], report: DaemonReport): readonly JoinedSession[] {
  const judged = report.sessions.map((session): Judged => {
    const { protocol, type, address, port, state, bgpState, since, details } = session;
    const refused = `${session.error} ${details?.lastError ?? ''}`.includes('Bad peer AS');
    const why = whyNotUp(session, report.sessions, report.daemon);
    const verdict = isUp(session) ? 'up' : isDisabled(session) ? 'disabled' : refused ? 'wrong-as' : 'down';
    const [localAs, peerAs] = [details?.localAs ?? null, details?.peerAs ?? null];
    return { protocol, type, address, port, state, bgpState, since, localAs, peerAs, verdict, why };
  });
  return join(expected, judged, (session, one) => session.protocol === one.protocol);
}

/** Of a node's report, which tells addresses and types, and of the states only that of BGP. */
export function joinReport(
  expected: readonly Session[],
  family: Family,
  { sessions }: ReportedDaemon,
): readonly JoinedSession[] {
  const judged = sessions.map(({ type, address, port, bgpState, since }): Judged => {
    const isEstablished = bgpState === 'Established';
    const nothing = { protocol: null, state: null, localAs: null, peerAs: null };
    const verdict = isEstablished ? 'up' : 'down';
    return { ...nothing, type, address, port, bgpState, since, verdict, why: isEstablished ? '' : (bgpState ?? '') };
  });
  const sameType = (session: Session, one: Judged): boolean =>
    readProtocolName(session.protocol, family)?.type === one.type && session.neighbor === one.address;
  // Where the report tells ports, that of the session is meant: those that agree in it are joined first.
  const samePort = (session: Session, one: Judged): boolean => sameType(session, one) && session.port === one.port;
  return join(expected, judged, samePort, sameType);
}

/** Of a node that could not be asked. */
export function joinNothing(expected: readonly Session[], why: string): readonly JoinedSession[] {
  return expected.map((session) => ({ expected: session, actual: undefined, verdict: 'unknown', why }));
}

type Same = (session: Session, one: Judged) => boolean;

function join(expected: readonly Session[], judged: readonly Judged[], ...ways: readonly Same[]): JoinedSession[] {
  const left = new Set(judged.filter(({ type }) => type !== 'local-workload'));
  const found = new Map<Session, Judged>();
  for (const same of ways)
    for (const session of expected) {
      if (found.has(session)) continue;
      const one = [...left].find((candidate) => same(session, candidate));
      if (one === undefined) continue;
      left.delete(one);
      found.set(session, one);
    }
  return [
    ...expected.map((session): JoinedSession => judge(session, found.get(session), [...left])),
    ...[...left].map(({ verdict: _, why, ...actual }): JoinedSession => ({
      expected: undefined,
      actual,
      verdict: 'unexpected',
      why,
    })),
  ];
}

function judge(expected: Session, one: Judged | undefined, others: readonly Judged[]): JoinedSession {
  if (one === undefined) {
    const other = others.find(({ address }) => address === expected.neighbor);
    const why = other === undefined ? '' : `there is ${other.protocol ?? 'another'} for this address instead`;
    return { expected, actual: undefined, verdict: 'missing', why };
  }
  const { verdict, why, ...actual } = one;
  const differs = (found: number | null, wanted: number): boolean => found !== null && found !== wanted;
  if (differs(actual.peerAs, expected.as))
    return { expected, actual, verdict: 'wrong-as', why: `the node expects AS ${actual.peerAs} there` };
  if (differs(actual.localAs, expected.localAs))
    return { expected, actual, verdict: 'wrong-as', why: `the node is AS ${actual.localAs} there` };
  return { expected, actual, verdict, why };
}
