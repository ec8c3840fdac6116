/** Results of node status that are made up from lines of BIRD. */
import { StatusReader } from '../../src/bird/daemon.ts';
import { ProtocolsReader } from '../../src/bird/protocols.ts';
import type { DaemonReport } from '../../src/operations/bird-daemons.ts';
import type { SessionCheck } from '../../src/operations/session-check.ts';
import type { ProbeResult } from '../../src/operations/status-probe.ts';

/** What a daemon answered: rows of `show protocols`, and lines of `show status`. */
export function report(
  given: Partial<DaemonReport>,
  rows: readonly string[] = [],
  status: readonly string[] = [],
): DaemonReport {
  const { family = 'ipv4' } = given;
  const reader = new ProtocolsReader(family, status.length > 0);
  for (const row of rows) reader.line(row);
  const about = new StatusReader();
  for (const line of status) about.line(line);
  return {
    family,
    outcome: 'answered',
    socket: `/var/run/calico/${family === 'ipv4' ? 'bird' : 'bird6'}.ctl`,
    problem: '',
    hints: [],
    socketMissing: false,
    sessions: reader.sessions(),
    daemon: status.length > 0 ? about.daemon() : null,
    ...given,
  };
}

export const stopped = (family: 'ipv4' | 'ipv6'): DaemonReport =>
  report({ family, outcome: 'not-running', socket: '' });

export function result(given: Partial<ProbeResult>, ipv4 = stopped('ipv4'), ipv6 = stopped('ipv6')): ProbeResult {
  return { felix: 'running', daemons: { ipv4, ipv6 }, node: 'a', check: undefined, warnings: [], ...given };
}

export const problem = {
  family: 'ipv4',
  protocol: 'Mesh_10_0_0_2',
  neighbor: '10.0.0.2',
  node: 'b',
  reason: 'down',
} as const;
export const check: SessionCheck = {
  source: 'datastore',
  ok: false,
  expected: 3,
  up: 1,
  problems: [
    { ...problem, because: 'node-to-node mesh' },
    { ...problem, protocol: 'Global_10_0_0_9', neighbor: '10.0.0.9', node: null, because: null },
  ],
  note: '',
};
