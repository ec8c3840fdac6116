/** What nodes report of their BGP sessions, as text. */
import type { NodeReport, ReportedDaemon, ReportedSession } from '../../operations/node-report.ts';
import type { RemoteNode, RemoteResult } from '../../operations/remote-status.ts';
import { boxedTable } from '../../output/boxed-table.ts';
import type { BoxedCell } from '../../output/boxed-table.ts';
import { checkText, TYPE_NAMES } from './status-text.ts';
import type { StatusText, TextOptions } from './status-text.ts';

const FAMILIES = ['ipv4', 'ipv6'] as const;
const HEADINGS = ['NODE', 'PEER ADDRESS', 'PEER TYPE', 'STATE', 'SINCE', 'INFO'];
/** Of these a report says nothing but the port, and that only at times. */
const WIDE_HEADINGS = ['PORT', 'LOCAL AS', 'PEER AS', 'IMPORTED', 'EXPORTED', 'PREFERRED', 'RESTART', 'LAST ERROR'];
const DAEMON_HEADINGS = ['NODE', 'BIRD', 'STATE', 'VERSION', 'ROUTER ID', 'STARTED', 'CONFIGURED', 'REPORTED'];

const UNKNOWN = 'unknown';
const known = (value: string | number | null): string => (value === null ? UNKNOWN : String(value));

/** What {@link remoteText} is told. `check`: there are sessions to be checked, so that no node at all is a failure. */
interface RemoteTextOptions extends TextOptions {
  readonly check?: boolean;
}

/** One table for each family with the sessions of all nodes where any reported, then the nodes that there is something to say about. */
export async function remoteText({ nodes, withoutBgp }: RemoteResult, options: RemoteTextOptions): Promise<StatusText> {
  const { wide, colour, check: checks = false } = options;
  const reported = nodes.flatMap(({ node, report }) => (report === undefined ? [] : [{ node, report }]));
  const parts: string[] = [];
  // Of nodes that said nothing no table must say that they have no peers.
  const families = reported.length === 0 ? [] : FAMILIES;
  if (wide && reported.length > 0)
    parts.push(await boxedTable(DAEMON_HEADINGS, reported.flatMap(daemonRows), { colour }));
  for (const family of families) {
    const rows = reported.flatMap(({ node, report }) =>
      report.daemons[family].sessions.map((session) => row(node, session, wide)),
    );
    const name = family === 'ipv4' ? 'IPv4' : 'IPv6';
    const headings = wide ? [...HEADINGS, ...WIDE_HEADINGS] : HEADINGS;
    const table = rows.length === 0 ? `No ${name} peers found.\n` : await boxedTable(headings, rows, { colour });
    parts.push(`${name} BGP status\n${table}`);
  }
  if (withoutBgp.length > 0) parts.push(`Without an address for BGP: ${withoutBgp.join(', ')}\n`);
  const checked = nodes.filter(({ check }) => check !== undefined);
  if (checked.length > 0) parts.push(checkLines(checked));
  const missing = nodes.filter(({ report }) => report === undefined);
  // A check tells of them already.
  const untold = missing.filter(({ check }) => check === undefined);
  const late = reported.filter(({ report }) => report.stale);
  const nobody = nodes.length === 0;
  return {
    exitCode: (checks && nobody) || missing.length > 0 || nodes.some(({ check }) => check?.ok === false) ? 1 : 0,
    stdout: parts.join('\n'),
    stderr: [
      ...(nobody
        ? [`${checks ? '' : 'warning: '}no node was asked: the datastore has no Node with an address for BGP\n`]
        : []),
      ...untold.map(({ node, problem }) => `${node}: ${problem}\n`),
      ...late.map(({ node, report }) => `warning: ${node}: the report ${report.object} is ${report.ageSeconds}s old\n`),
    ].join(''),
  };
}

/** How many nodes are well, and what is wrong with the others. */
function checkLines(nodes: readonly RemoteNode[]): string {
  const well = nodes.filter(({ check }) => check?.ok === true).length;
  const wrong = nodes.flatMap(({ node, check }) =>
    check === undefined || check.ok ? [] : [checkText(check).replaceAll(/^(?=.)/gm, `${node}: `)],
  );
  return `${well} of ${nodes.length} nodes have all sessions that must exist.\n${wrong.join('')}`;
}

function row(node: string, session: ReportedSession, wide: boolean): readonly BoxedCell[] {
  const { address, type, since, bgpState, port } = session;
  const info = { text: known(bgpState), tone: bgpState === 'Established' ? 'good' : 'warning' } as const;
  const cells = [node, address, type === null ? UNKNOWN : TYPE_NAMES[type], UNKNOWN, known(since), info];
  return wide ? [...cells, known(port), ...WIDE_HEADINGS.slice(1).map(() => UNKNOWN)] : cells;
}

function daemonRows({ node, report }: { readonly node: string; readonly report: NodeReport }): readonly BoxedCell[][] {
  const cells = (name: string, { state, version, routerId, lastBootTime, lastReconfigurationTime }: ReportedDaemon) => [
    node,
    name,
    known(state),
    known(version),
    known(routerId),
    known(lastBootTime),
    known(lastReconfigurationTime),
    `${report.lastUpdated}${report.stale ? ' (stale)' : ''}`,
  ];
  return [cells('bird', report.daemons.ipv4), cells('bird6', report.daemons.ipv6)];
}
