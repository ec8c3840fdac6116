/** Compares the sessions that must exist with those that BIRD has. */
import { whyNotUp } from '../bird/explain.ts';
import { isUp } from '../bird/session.ts';
import type { BirdSession, Family } from '../bird/session.ts';
import type { NodeSessions, Session } from '../bgp/sessions.ts';
import type { DaemonReport } from './bird-daemons.ts';
import type { LocalStatus } from './node-status.ts';

/** A session that is not as it must be. */
export interface SessionProblem {
  readonly family: Family;
  /** '' when it is about the daemon itself */
  readonly protocol: string;
  readonly neighbor: string;
  /** the node at the other end, where it is known */
  readonly node: string | null;
  /** why it is not up */
  readonly reason: string;
  /** why it must exist; null where that is not known */
  readonly because: string | null;
}

export interface SessionCheck {
  /** where it is known from which sessions must exist: the datastore, or merely what the daemons list */
  readonly source: 'datastore' | 'bird';
  /** nothing is missing; where only BIRD was asked, there is also something that can be missed */
  readonly ok: boolean;
  readonly expected: number;
  /** of those, how many are up and Established */
  readonly up: number;
  readonly problems: readonly SessionProblem[];
  /** what is wrong when it is no session; '' for nothing */
  readonly note: string;
}

const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];

/** Holds the daemons' sessions against those that the datastore demands of the node. */
export function checkExpected(daemons: LocalStatus['daemons'], expected: NodeSessions): SessionCheck {
  const problems = FAMILIES.flatMap((family) => {
    const report = daemons[family];
    const byName = new Map(report.sessions.map((session) => [session.protocol, session]));
    return expected[family].flatMap((session): readonly SessionProblem[] => {
      const actual = byName.get(session.protocol);
      if (actual !== undefined && isUp(actual)) return [];
      const { protocol, neighbor, node, reason } = session;
      return [{ family, protocol, neighbor, node, reason: whyNot(session, actual, report), because: reason.text }];
    });
  });
  const count = expected.ipv4.length + expected.ipv6.length;
  return {
    source: 'datastore',
    ok: problems.length === 0,
    expected: count,
    up: count - problems.length,
    problems,
    note: '',
  };
}

function whyNot(expected: Session, actual: BirdSession | undefined, report: DaemonReport): string {
  if (actual !== undefined) return whyNotUp(actual, report.sessions, report.daemon);
  if (report.outcome !== 'answered') return daemonProblem(report);
  const other = report.sessions.find(({ address }) => address === expected.neighbor);
  return other === undefined
    ? 'BIRD has no such session: its configuration has not been written anew'
    : `BIRD has ${other.protocol} for this address instead: its configuration has not been written anew`;
}

/**
 * Without a datastore: every session that the daemons list must be up. A daemon that runs and cannot be asked is a problem; one that does not run,
 * or has no socket in a folder that was named, is that of a family that is not in use.
 */
export function checkListed({ felix, daemons }: LocalStatus): SessionCheck {
  const problems: SessionProblem[] = [];
  let count = 0;
  for (const family of FAMILIES) {
    const report = daemons[family];
    const about = { family, node: null, because: null };
    count += report.sessions.length;
    const unused = report.outcome === 'not-running' || (felix === 'not-checked' && report.socketMissing);
    if (report.outcome !== 'answered' && !unused)
      problems.push({ ...about, protocol: '', neighbor: '', reason: daemonProblem(report) });
    for (const session of report.sessions) {
      const reason = whyNotUp(session, report.sessions, report.daemon);
      if (reason !== '') problems.push({ ...about, protocol: session.protocol, neighbor: session.address, reason });
    }
  }
  const up = count - problems.filter(({ protocol }) => protocol !== '').length;
  const note = count === 0 ? 'BIRD lists no session, and which ones must exist is not known' : '';
  return { source: 'bird', ok: count > 0 && problems.length === 0, expected: count, up, problems, note };
}

function daemonProblem({ outcome, family, problem }: DaemonReport): string {
  const name = family === 'ipv4' ? 'bird' : 'bird6';
  return outcome === 'not-running' ? `${name} is not running` : `${name} does not answer: ${problem}`;
}
