/** The state of a node's BGP sessions as text. */
import { prefixed } from '../../cli/prefixed.ts';
import type { BirdSession, DaemonReport } from '../../operations/bird-daemons.ts';
import { isDisabled, isUp, uptime } from '../../operations/bird-daemons.ts';
import type { SessionCheck } from '../../operations/session-check.ts';
import type { ProbeResult } from '../../operations/status-probe.ts';
import { boxedTable } from '../../output/boxed-table.ts';
import type { BoxedCell } from '../../output/boxed-table.ts';

export interface TextOptions {
  readonly wide: boolean;
  readonly colour: boolean;
}

/** What a command prints. */
export interface StatusText {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const FAMILIES = ['ipv4', 'ipv6'] as const;

/** The Go tool's words for the sources of sessions. */
export const TYPE_NAMES: Readonly<Record<BirdSession['type'], string>> = {
  mesh: 'node-to-node mesh',
  global: 'global',
  node: 'node specific',
  'local-workload': 'local workload',
};

const nameOf = (family: DaemonReport['family']): string => (family === 'ipv4' ? 'IPv4' : 'IPv6');
const daemonOf = (family: DaemonReport['family']): string => (family === 'ipv4' ? 'bird' : 'bird6');

/** What the Go tool prints, line by line the same where it knows of something. A daemon that answers nonsense ends the text. */
export async function statusText(result: ProbeResult, options: TextOptions): Promise<StatusText> {
  const { felix, daemons } = result;
  if (felix === 'not-running')
    return { exitCode: 1, stdout: '', stderr: `Calico process is not running.\n${NO_FELIX}` };
  let stdout = felix === 'running' ? 'Calico process is running.\n' : '';
  const reports = FAMILIES.map((family) => daemons[family]);
  if (reports.every(({ outcome }) => outcome === 'not-running'))
    return { exitCode: 0, stdout: `${stdout}\nThe BGP backend process (BIRD) is not running.\n\n`, stderr: NO_BIRD };
  for (const report of reports) {
    stdout += `${stdout === '' ? '' : '\n'}${heading(report)}`;
    if (report.outcome === 'failed') return { exitCode: 1, stdout, stderr: failure(report) };
    stdout += await body(report, options);
  }
  stdout += '\n';
  const nobody = felix === 'not-checked' && reports.every(({ outcome }) => outcome === 'unreachable');
  return nobody ? { exitCode: 1, stdout, stderr: NO_SOCKET } : { exitCode: 0, stdout, stderr: '' };
}

const NO_FELIX = prefixed('hint', [
  'no process of this machine is calico-felix, calico-node or "calico component felix"; in a pod only those of the pod can be seen',
  '--socket-dir DIR asks BIRD without looking at processes; --node NAME and --all ask through the datastore',
]);
const NO_BIRD = prefixed('hint', ['this is normal where BGP is switched off, as with VXLAN alone']);
const NO_SOCKET = prefixed('hint', ['no daemon answers: the sockets of a folder are bird.ctl and bird6.ctl']);

function heading({ outcome, family }: DaemonReport): string {
  const daemon = daemonOf(family);
  return outcome === 'not-running'
    ? `INFO: BIRDv${family.slice(-1)} process: '${daemon}' is not running.\n`
    : `${nameOf(family)} BGP status\n`;
}

/** What goes to standard error about a daemon that stopped answering or answered something else. */
function failure({ problem, hints }: DaemonReport): string {
  return `error executing command: ${problem}\n${prefixed('hint', hints)}`;
}

async function body(report: DaemonReport, { wide, colour }: TextOptions): Promise<string> {
  const { outcome, family, problem } = report;
  if (outcome === 'not-running') return '';
  if (outcome === 'unreachable')
    return `Error querying BIRD: unable to connect to BIRDv${family.slice(-1)} socket: ${problem}`;
  const shown = wide ? report.sessions : report.sessions.filter(isShownByDefault);
  const about = wide ? aboutDaemon(report) : '';
  if (shown.length === 0) return `${about}No ${nameOf(family)} peers found.\n`;
  const headings = wide ? [...HEADINGS, ...WIDE_HEADINGS] : HEADINGS;
  const rows = shown.map((session) =>
    wide ? [...wideRow(session), ...wideCells(session, report)] : narrowRow(session),
  );
  return about + (await boxedTable(headings, rows, { colour }));
}

/** The Go tool leaves out sessions with workloads, and those of which BIRD says nothing, which are the disabled ones. */
function isShownByDefault({ type, info }: BirdSession): boolean {
  return type !== 'local-workload' && info !== '';
}

const HEADINGS = ['PEER ADDRESS', 'PEER TYPE', 'STATE', 'SINCE', 'INFO'];
const WIDE_HEADINGS = [
  'PORT',
  'LOCAL AS',
  'PEER AS',
  'UPTIME',
  'IMPORTED',
  'EXPORTED',
  'PREFERRED',
  'RESTART',
  'LAST ERROR',
];

function tone(session: BirdSession): 'good' | 'warning' | 'bad' {
  if (isUp(session)) return 'good';
  return session.state === 'down' ? 'bad' : 'warning';
}

function narrowRow(session: BirdSession): readonly BoxedCell[] {
  const { address, type, state, since, info } = session;
  const cell = (text: string): BoxedCell => ({ text, tone: tone(session) });
  return [address, TYPE_NAMES[type], cell(state), since, cell(info)];
}

/** The same columns; the error of a session has its own one. */
function wideRow(session: BirdSession): readonly BoxedCell[] {
  return narrowRow({ ...session, info: session.bgpState ?? (isDisabled(session) ? 'Disabled' : 'Down') });
}

function wideCells(session: BirdSession, { daemon }: DaemonReport): readonly string[] {
  const { port, since, error, details } = session;
  const known = (value: number | null | undefined): string =>
    value === null || value === undefined ? 'unknown' : String(value);
  // A session that is down has no counts, and BIRD prints none.
  const count = (value: number | undefined): string => (value === undefined ? '-' : String(value));
  const orDash = (text: string): string => (text === '' ? '-' : text);
  const routes = details?.routes;
  return [
    port === null ? '-' : String(port),
    known(details?.localAs),
    known(details?.peerAs),
    isUp(session) ? uptime(since, daemon?.serverTime ?? null) : '-',
    count(routes?.imported),
    count(routes?.exported),
    count(routes?.preferred),
    orDash(restart(session, daemon)),
    orDash(details?.lastError === '' ? error : (details?.lastError ?? error)),
  ];
}

function restart({ state, details }: BirdSession, daemon: DaemonReport['daemon']): string {
  const left = daemon?.gracefulRestart?.secondsLeft ?? null;
  const waits = state === 'wait' ? [`waits${left === null ? '' : `, at most ${left}s`}`] : [];
  const said = details?.gracefulRestart ?? '';
  return [...waits, ...(said === '' ? [] : [said])].join('; ');
}

function aboutDaemon({ daemon }: DaemonReport): string {
  if (daemon === null) return '';
  const { version, routerId, lastReboot, gracefulRestart } = daemon;
  const parts = [
    `BIRD ${version ?? 'unknown'}`,
    `router ID ${routerId ?? 'unknown'}`,
    `started ${lastReboot ?? 'unknown'}`,
    ...(gracefulRestart === null
      ? []
      : [
          `graceful restart: waits for ${gracefulRestart.waitingFor ?? 'unknown'} sessions, at most ${gracefulRestart.secondsLeft ?? 'unknown'}s`,
        ]),
  ];
  return `${parts.join(', ')}\n`;
}

/** What a check found, for people: the count, and a line for each session that is not up. */
export function checkText({ source, expected, up, problems, note }: SessionCheck): string {
  if (note !== '') return `${note}\n`;
  const which = source === 'datastore' ? 'expected' : 'listed';
  const count = expected === 0 ? 'No session is expected.' : `${up} of ${expected} ${which} sessions are up.`;
  const lines = problems.map(({ family, protocol, neighbor, node, reason, because }) => {
    const whom = protocol === '' ? nameOf(family) : `${neighbor}${node === null ? '' : ` (${node})`}, ${protocol}`;
    return `not up: ${whom}: ${reason}${because === null ? '' : ` [because of ${because}]`}`;
  });
  return [count, ...lines].map((line) => `${line}\n`).join('');
}

/** What is printed without root. The Go tool does so on standard output; there, with the new formats, programs expect a document. */
export function rootNeeded(format: string): { readonly stdout?: string; readonly stderr: string } {
  const text = 'Need super user privileges: Operation not permitted\n';
  const hint = prefixed('hint', [
    '--socket-dir DIR asks the sockets of a folder with the rights you have; --node NAME and --all ask through the datastore',
  ]);
  return format === 'json' || format === 'yaml' ? { stderr: text + hint } : { stdout: text, stderr: hint };
}
