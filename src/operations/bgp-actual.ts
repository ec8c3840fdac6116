/** The BGP sessions that must exist beside those that nodes have. */
import type { Context } from '../context.ts';
import { FAMILIES } from '../bgp/model.ts';
import type { Family } from '../bgp/model.ts';
import type { NodeSessions } from '../bgp/sessions.ts';
import type { Notice } from '../manifests/manifest.ts';
import { atMost } from './at-most.ts';
import { bgpSessions } from './bgp-sessions.ts';
import type { BgpSessionsInput } from './bgp-sessions.ts';
import { askDaemon } from './bird-daemons.ts';
import { strangers } from './no-such-node.ts';
import { remoteStatus } from './remote-status.ts';
import type { RemoteInput } from './remote-status.ts';
import { joinDaemon, joinNothing, joinReport } from './session-join.ts';
import type { JoinedSession } from './session-join.ts';

export type { JoinedSession } from './session-join.ts';

export interface BgpActualInput
  extends BgpSessionsInput, Pick<RemoteInput, 'reportTimeout' | 'atOnce' | 'elsewhere' | 'seen'> {
  /** the folder of a node's sockets `bird.ctl` and `bird6.ctl`; undefined to have nodes report through CalicoNodeStatus */
  readonly sockets: ((node: string) => string | undefined) | undefined;
  /** nodes whose sockets were named */
  readonly socketNodes?: readonly string[];
}

export interface ActualNode {
  readonly node: string;
  /** why the node, or one of its daemons, could not be asked; '' for nothing */
  readonly problem: string;
  readonly sessions: Readonly<Record<Family, readonly JoinedSession[]>>;
}

export interface BgpActualResult {
  /** in bytewise order of their names */
  readonly nodes: readonly ActualNode[];
  readonly warnings: readonly Notice[];
  /** how nodes that could not be asked can be */
  readonly hints: readonly string[];
}

/**
 * Nodes without sessions that must exist are asked too, as they may have others. A node that cannot be asked is a result.
 * @throws {OperationError} for a node that does not exist, and the datastore's errors
 */
export async function bgpActual(context: Context, input: BgpActualInput): Promise<BgpActualResult> {
  const { known, nodes: sessions, warnings } = await bgpSessions(context, input);
  const expected = new Map(sessions);
  const { sockets, socketNodes = [] } = input;
  const nodes =
    sockets === undefined
      ? await fromReports(context, input, expected)
      : await fromSockets(expected, sockets, input.atOnce, context.signal);
  const isFolder = sockets === undefined && (await context.datastore()).type === 'local';
  const hints =
    isFolder && nodes.length > 0
      ? ['name the BIRD sockets of the nodes with --sockets NODE=FOLDER or --socket-dir']
      : strangers(known, '--sockets', socketNodes);
  return { nodes: nodes.toSorted((a, b) => (a.node < b.node ? -1 : 1)), warnings, hints };
}

type Expected = ReadonlyMap<string, NodeSessions>;

const NOTHING: NodeSessions = { ipv4: [], ipv6: [] };

async function fromReports(
  context: Context,
  input: BgpActualInput,
  expected: Expected,
): Promise<readonly ActualNode[]> {
  const { nodes } = await remoteStatus(context, {
    ...input,
    nodes: input.node === undefined ? 'all' : [input.node],
    check: false,
    wait: undefined,
  });
  return nodes.map(({ node, report, problem }) => {
    const sessions = expected.get(node) ?? NOTHING;
    const late = report?.stale === true ? `its last report is ${report.ageSeconds}s old` : problem;
    const of = (family: Family): readonly JoinedSession[] =>
      report === undefined || report.stale
        ? joinNothing(sessions[family], late)
        : joinReport(sessions[family], family, report.daemons[family]);
    return { node, problem: late, sessions: { ipv4: of('ipv4'), ipv6: of('ipv6') } };
  });
}

async function fromSockets(
  expected: Expected,
  folderOf: (node: string) => string | undefined,
  atOnce: number,
  signal: AbortSignal,
): Promise<readonly ActualNode[]> {
  const found: ActualNode[] = [];
  await atMost(atOnce, [...expected], async ([node, sessions]) => {
    const folder = folderOf(node);
    const none = 'no folder of BIRD sockets was named for it';
    if (folder === undefined) {
      const of = (family: Family): readonly JoinedSession[] => joinNothing(sessions[family], none);
      found.push({ node, problem: none, sessions: { ipv4: of('ipv4'), ipv6: of('ipv6') } });
      return;
    }
    const [ipv4, ipv6] = await Promise.all(
      FAMILIES.map((family) => fromDaemon(family, sessions[family], folder, signal)),
    );
    const problem = [ipv4?.problem ?? '', ipv6?.problem ?? ''].filter((text) => text !== '').join('; ');
    found.push({ node, problem, sessions: { ipv4: ipv4?.sessions ?? [], ipv6: ipv6?.sessions ?? [] } });
  });
  return found;
}

/** A family without sessions needs no daemon. */
async function fromDaemon(
  family: Family,
  expected: NodeSessions[Family],
  folder: string,
  signal: AbortSignal,
): Promise<{ readonly problem: string; readonly sessions: readonly JoinedSession[] }> {
  const report = await askDaemon(family, [folder], { all: true, signal });
  if (report.outcome === 'answered') return { problem: '', sessions: joinDaemon(expected, report) };
  const isUnused = report.socketMissing && expected.length === 0;
  const problem = isUnused ? '' : `BIRD does not answer: ${report.problem}`;
  return { problem, sessions: joinNothing(expected, problem) };
}
