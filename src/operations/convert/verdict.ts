/** Whether a node is as it should be after a step. */
import type { NodeSessions, Session } from '../../bgp/sessions.ts';
import { FAMILIES } from '../../bgp/model.ts';
import type { Family } from '../../bgp/model.ts';
import { readProtocolName } from '../../bird/protocol-name.ts';
import type { SeenSession, Sight } from './sight.ts';

/** What a node saw before anything was written. null: not told. */
export interface NodeBaseline {
  readonly networks: Readonly<Record<Family, number | null>>;
  /** sessions with other nodes that must not exist and did, as {@link keyOf} names them */
  readonly extra: readonly string[];
}

export interface VerdictInput {
  readonly sight: Sight;
  /** the sessions that must exist */
  readonly expected: NodeSessions;
  /** of those the ones that must be up */
  readonly waitedFor: NodeSessions;
  /** of the node, in which its routes must be told where there is a measure */
  readonly families: readonly Family[];
  /** undefined while there is none */
  readonly baseline: NodeBaseline | undefined;
  /** addresses of the cluster's nodes: sessions with others are nobody's business here */
  readonly nodes: ReadonlySet<string>;
}

/** What is wrong with a node, one line for each thing; empty when nothing is. */
export function problemsOf({ sight, expected, waitedFor, families, baseline, nodes }: VerdictInput): readonly string[] {
  if (sight.problem !== '') return [sight.problem];
  return FAMILIES.flatMap((family) => [
    ...missing(sight, waitedFor[family], family),
    ...extraSessions(sight, expected[family], family, nodes)
      .filter(({ key }) => baseline?.extra.includes(key) !== true)
      .map(({ session }) => `${session.address}: a session that must end is still there`),
    ...(baseline === undefined || !families.includes(family)
      ? []
      : fewer(sight.networks[family], baseline.networks[family], family)),
  ]);
}

/** What a node sees now, as the measure for what it sees later. */
export function baselineOf({
  sight,
  expected,
  nodes,
}: Omit<VerdictInput, 'baseline' | 'families' | 'waitedFor'>): NodeBaseline {
  const extra = FAMILIES.flatMap((family) => extraSessions(sight, expected[family], family, nodes));
  return { networks: sight.networks, extra: extra.map(({ key }) => key) };
}

/** Of several sessions with one address and port BIRD runs only one: it is enough that one of them is up. */
function missing({ sessions }: Sight, expected: readonly Session[], family: Family): readonly string[] {
  const groups = new Map<string, Session[]>();
  for (const session of expected) {
    const key = `${session.neighbor} ${session.port ?? 179}`;
    groups.set(key, [...(groups.get(key) ?? []), session]);
  }
  const byAddress = new Map<string, SeenSession[]>();
  for (const seen of sessions)
    if (seen.family === family) byAddress.set(seen.address, [...(byAddress.get(seen.address) ?? []), seen]);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const types = new Set(group.map(({ protocol }) => readProtocolName(protocol, family)?.type));
    const seen = (byAddress.get(first.neighbor) ?? []).filter(({ type }) => type === null || types.has(type));
    if (seen.some(({ up }) => up)) return [];
    const who = first.node === null ? first.neighbor : `${first.neighbor} (${first.node})`;
    const state = seen[0]?.state ?? 'there is no such session yet';
    return [`${who}: ${state}`];
  });
}

interface Extra {
  readonly key: string;
  readonly session: SeenSession;
}

function extraSessions(
  { sessions }: Sight,
  expected: readonly Session[],
  family: Family,
  nodes: ReadonlySet<string>,
): readonly Extra[] {
  const wanted = new Set(
    expected.map(({ neighbor, protocol }) => `${readProtocolName(protocol, family)?.type} ${neighbor}`),
  );
  return sessions
    .filter(
      ({ family: own, type, address }) =>
        own === family && type !== null && type !== 'local-workload' && nodes.has(address),
    )
    .map((session) => ({ key: `${session.type} ${session.address}`, session }))
    .filter(({ key }) => !wanted.has(key));
}

function fewer(now: number | null, before: number | null, family: Family): readonly string[] {
  const name = family === 'ipv4' ? 'IPv4' : 'IPv6';
  if (now === null) return [`it does not tell its ${name} routes`];
  return before !== null && now < before ? [`it sees ${now} ${name} prefixes and saw ${before}`] : [];
}
