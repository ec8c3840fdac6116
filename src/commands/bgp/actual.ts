/** Live sessions beside the expected ones: flags, tables and documents of `bgp sessions --actual`. */
import * as Flags from '@oclif/core/flags';
import { milliseconds } from '../../cli/base-command.ts';
import type { ActualNode, BgpActualInput, BgpActualResult, JoinedSession } from '../../operations/bgp-actual.ts';
import type { Json } from '../../kinds/schema.ts';
import { formatRows } from '../../output/table.ts';
import { parallelismFlag, parallelismOf, socketNodesOf, socketsOf } from './asking-flags.ts';
import type { SocketValues } from './asking-flags.ts';
import { sessionJson } from './session-json.ts';

const FAMILIES = ['ipv4', 'ipv6'] as const;

export const actualFlags = {
  actual: Flags.boolean({
    summary:
      'Beside each session what the node has: nodes report through a CalicoNodeStatus, unless sockets are named.',
  }),
  sockets: Flags.string({
    summary:
      'With --actual: ask the BIRD daemons of nodes at sockets in these folders: NODE=FOLDER, several with commas between them.',
  }),
  'socket-dir': Flags.string({
    summary: 'The same for all nodes: a folder with {node} in the place of the node’s name.',
  }),
  timeout: Flags.string({
    summary: 'How long the report of a node may take, such as 90s; 0 for no limit.',
    default: '1m',
  }),
  ...parallelismFlag,
};

export interface ActualValues extends SocketValues {
  readonly actual: boolean;
  readonly timeout: string;
  readonly 'max-parallelism': string;
}

/** @throws {UsageError} */
export function actualOptions(
  flags: ActualValues,
): Pick<BgpActualInput, 'sockets' | 'socketNodes' | 'reportTimeout' | 'atOnce'> {
  const atOnce = parallelismOf(flags);
  const reportTimeout = milliseconds('--timeout', flags.timeout);
  return { sockets: socketsOf(flags), socketNodes: socketNodesOf(flags), reportTimeout, atOnce };
}

/** How the verdicts are printed. */
const WORDS: Readonly<Record<JoinedSession['verdict'], string>> = {
  up: 'up',
  down: 'down',
  disabled: 'disabled',
  'wrong-as': 'wrong AS',
  missing: 'missing',
  unexpected: 'unexpected',
  unknown: 'unknown',
};

/** The table, and how many sessions are how. */
export function actualTable({ nodes }: BgpActualResult, wide: boolean): string {
  const headings = ['NODE', 'PEER', 'ADDRESS', 'AS', 'TYPE', 'ACTUAL', 'INFO'];
  const more = ['PORT', 'LOCALAS', 'PROTOCOL', 'STATE', 'BGP', 'SINCE', 'ACTUALAS', 'BECAUSE'];
  const rows = nodes.flatMap(({ node, sessions }) =>
    FAMILIES.flatMap((family) =>
      sessions[family].map((one) => [node, ...narrowCells(one), ...(wide ? wideCells(one) : [])]),
    ),
  );
  return `${formatRows([[...headings, ...(wide ? more : [])], ...rows])}${summary(nodes)}\n`;
}

const orDash = (value: string | number | null | undefined): string =>
  value === undefined || value === null || value === '' ? '-' : String(value);

function narrowCells({ expected, actual, verdict, why }: JoinedSession): readonly string[] {
  return [
    orDash(expected?.node),
    orDash(expected?.neighbor ?? actual?.address),
    orDash(expected?.as ?? actual?.peerAs),
    orDash(expected?.reason.type ?? actual?.type),
    WORDS[verdict],
    orDash(why),
  ];
}

function wideCells({ expected, actual }: JoinedSession): readonly string[] {
  return [
    orDash(expected === undefined ? actual?.port : (expected.port ?? 179)),
    orDash(expected?.localAs ?? actual?.localAs),
    orDash(expected?.protocol ?? actual?.protocol),
    orDash(actual?.state),
    orDash(actual?.bgpState),
    orDash(actual?.since),
    orDash(actual?.peerAs),
    orDash(expected?.reason.text),
  ];
}

function summary(nodes: readonly ActualNode[]): string {
  const all = nodes.flatMap(({ sessions }) => FAMILIES.flatMap((family) => sessions[family]));
  const expected = all.filter((one) => one.expected !== undefined);
  const counted = (verdict: JoinedSession['verdict']): number => all.filter((one) => one.verdict === verdict).length;
  const others = (['down', 'disabled', 'wrong-as', 'missing', 'unknown', 'unexpected'] as const).flatMap((verdict) =>
    counted(verdict) === 0 ? [] : [`${counted(verdict)} ${WORDS[verdict]}`],
  );
  return `${counted('up')} of ${expected.length} expected sessions are up${others.length === 0 ? '' : `; ${others.join(', ')}`}.`;
}

/** As without live state, with `actual` in every session, and those that are unexpected apart. */
export function actualJson({ nodes }: BgpActualResult): Json {
  const plain = nodes.map(({ node, problem, sessions }): [string, Json] => {
    const expected = (family: 'ipv4' | 'ipv6'): Json =>
      sessions[family].flatMap((one) =>
        one.expected === undefined ? [] : [Object.assign({}, sessionJson(one.expected), { actual: liveJson(one) })],
      );
    const unexpected = (family: 'ipv4' | 'ipv6'): Json =>
      sessions[family].filter((one) => one.expected === undefined).map(liveJson);
    return [
      node,
      {
        error: problem === '' ? null : problem,
        ipv4: expected('ipv4'),
        ipv6: expected('ipv6'),
        unexpected: { ipv4: unexpected('ipv4'), ipv6: unexpected('ipv6') },
      },
    ];
  });
  return { nodes: Object.fromEntries(plain) };
}

function liveJson({ actual, verdict, why }: JoinedSession): Json {
  return { verdict, why: why === '' ? null : why, session: actual === undefined ? null : { ...actual } };
}
