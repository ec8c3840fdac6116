/** Holds what a node reports against the sessions that must exist. */
import type { NodeSessions, Session } from '../bgp/sessions.ts';
import { readProtocolName } from '../bird/protocol-name.ts';
import type { Family } from '../bird/session.ts';
import type { NodeReport, ReportedDaemon, ReportedSession } from './node-report.ts';
import type { SessionCheck, SessionProblem } from './session-check.ts';

const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];

/**
 * A report tells of BGP's states only: a session that waits for a graceful restart counts as up.
 * @param problem why there is no report
 */
export function checkReport(report: NodeReport | undefined, problem: string, expected: NodeSessions): SessionCheck {
  const count = expected.ipv4.length + expected.ipv6.length;
  const nothing = { source: 'datastore', ok: false, expected: count, up: 0, problems: [] } as const;
  if (report === undefined) return { ...nothing, note: problem };
  if (report.stale) return { ...nothing, note: `its last report is ${report.ageSeconds}s old` };
  const problems = FAMILIES.flatMap((family) => {
    const daemon = report.daemons[family];
    const byAddress = new Map<string, ReportedSession[]>();
    for (const session of daemon.sessions)
      byAddress.set(session.address, [...(byAddress.get(session.address) ?? []), session]);
    return expected[family].flatMap((session): readonly SessionProblem[] => {
      const { protocol, neighbor, node, reason: because } = session;
      const reason = whyNot(session, family, daemon, byAddress.get(neighbor) ?? []);
      return reason === '' ? [] : [{ family, protocol, neighbor, node, reason, because: because.text }];
    });
  });
  return { ...nothing, ok: problems.length === 0, up: count - problems.length, problems, note: '' };
}

function whyNot(
  expected: Session,
  family: Family,
  daemon: ReportedDaemon,
  withAddress: readonly ReportedSession[],
): string {
  const type = readProtocolName(expected.protocol, family)?.type;
  const same = withAddress.filter((session) => session.type === type);
  // Where the report tells ports, that of the session is meant.
  const found = same.find(({ port }) => port === expected.port) ?? same[0];
  if (found === undefined)
    return daemon.state === 'NotReady' ? 'BIRD is not ready there' : 'the node reports no such session';
  return found.bgpState === 'Established' ? '' : (found.bgpState ?? 'unknown');
}
