/** Whether a node is as it should be after a step. */
import type { NodeSessions, Session } from '../../bgp/sessions.ts';
import { FAMILIES } from '../../bgp/model.ts';
import type { Family } from '../../bgp/model.ts';
import type { SeenRoutes } from '../../bird/routes.ts';
import { readProtocolName } from '../../bird/protocol-name.ts';
import type { SeenSession, Sight } from './sight.ts';

/** The prefixes that a node learnt through BGP; null: not told. */
export type Measure = ReadonlySet<string> | null;

/** What a node saw before anything was written. */
export interface NodeBaseline {
  readonly prefixes: Readonly<Record<Family, Measure>>;
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
      : fewer(sight.routes[family], baseline.prefixes[family], family)),
  ]);
}

/** What a node sees now, as the measure for what it sees later. */
export function baselineOf({
  sight,
  expected,
  nodes,
}: Omit<VerdictInput, 'baseline' | 'families' | 'waitedFor'>): NodeBaseline {
  const extra = FAMILIES.flatMap((family) => extraSessions(sight, expected[family], family, nodes));
  const { ipv4, ipv6 } = sight.routes;
  return { prefixes: { ipv4: ipv4?.learnt ?? null, ipv6: ipv6?.learnt ?? null }, extra: extra.map(({ key }) => key) };
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

/** How many prefixes one line names. */
const SHOWN = 5;

function fewer(now: SeenRoutes | null, before: Measure, family: Family): readonly string[] {
  const name = family === 'ipv4' ? 'IPv4' : 'IPv6';
  if (now === null) return [`it does not tell its ${name} routes`];
  if (before === null) return [];
  const gone = [...before].filter((prefix) => !sees(now, prefix));
  if (gone.length === 0) return [];
  const shown = gone.slice(0, SHOWN).join(', ');
  const more = gone.length > SHOWN ? ` and ${gone.length - SHOWN} more` : '';
  return [`it no longer sees the ${name} ${gone.length === 1 ? 'prefix' : 'prefixes'} ${shown}${more}`];
}

/** A measure that a node which sees these routes meets; what is not told changes nothing. */
export function met(before: Measure, now: SeenRoutes | null): Measure {
  if (before === null || now === null) return before;
  return new Set([...before].filter((prefix) => sees(now, prefix)));
}

const sees = ({ learnt, own }: SeenRoutes, prefix: string): boolean => learnt.has(prefix) || own.has(prefix);
