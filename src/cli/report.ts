/** Turns errors into what is printed. Sentences and exit codes are made here and nowhere else. */
import { clientProblems, schemaProblems, withSchemaDefaults } from '../kinds/check.ts';
import { Invalid } from '../kinds/invalid.ts';
import { withSpec } from '../kinds/object.ts';
import type { FieldProblem } from '../kinds/schema.ts';
import { describeNotice, ManifestError } from '../manifests/manifest.ts';
import type { ManifestResource, Notice } from '../manifests/manifest.ts';
import { prefixed } from './prefixed.ts';
import { Unavailable } from '../datastore/errors.ts';
import type { Phase } from '../datastore/errors.ts';
import { formatCIDR, hasHostBits, parseCIDR } from '../net/cidr.ts';
import { selectorFault } from '../selectors/index.ts';
import { SettingsError } from '../datastore/settings.ts';

export interface Report {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The Go tool's last touch on every message: an unknown field replaces the whole text, and a decoder's prefix at the very start is cut off.
 */
export function massage(message: string): string {
  const unknown = /unknown field "([^"]*)"/.exec(message);
  if (unknown !== null) return `field in document is not recognized or is in the wrong location: ${unknown[1] ?? ''}`;
  return message.replace(/^error unmarshaling JSON: while decoding JSON: json: /, '');
}

export function warnings(notices: readonly Notice[]): string {
  return prefixed('warning', notices.map(describeNotice));
}

/** Exit codes of changes that stop on their own account, by the reason. */
const STOP_CODES: Readonly<Record<string, number>> = { gate: 3, precondition: 4, conflict: 5 };

/** What an error of any part of the tool prints, and with which exit code the command ends. */
export function reportOf(error: unknown): Report {
  if (!(error instanceof Error)) return { exitCode: 1, stdout: '', stderr: `${String(error)}\n` };
  switch (error.name) {
    case 'Exit': {
      const { exitCode, stdout, stderr } = fieldsOf(error);
      return { exitCode: Number(exitCode), stdout: String(stdout), stderr: `${String(stderr)}${hintsOf(error.cause)}` };
    }
    case 'Cancelled':
      return { exitCode: Number(fieldsOf(error)['exitCode']), stdout: '', stderr: `${error.message}\n` };
    case 'Interrupted': {
      const hints = 'hints' in error && Array.isArray(error.hints) ? error.hints.map(String) : [];
      const { exitCode } = reportOf(error.cause);
      return { exitCode, stdout: '', stderr: `${error.message}\n${prefixed('hint', hints)}` };
    }
    case 'Stopped': {
      const { reason } = fieldsOf(error);
      return { exitCode: STOP_CODES[String(reason)] ?? 1, stdout: '', stderr: `${error.message}\n${hintsOf(error)}` };
    }
    case 'ClientFailed':
      return {
        exitCode: 1,
        stdout: `Failed to create Calico API client: ${error.message}\n`,
        stderr: hintsOf(error.cause),
      };
    case 'ConfigFileMissing':
      return { exitCode: 1, stdout: `${error.message}\n`, stderr: '' };
    case 'ManifestError': {
      const syntax = error instanceof ManifestError && error.reason === 'syntax';
      const message = massage(syntax ? `failed to execute command: ${error.message}` : error.message);
      const others = error instanceof ManifestError ? error.readable.map(otherFindings).join('') : '';
      return { exitCode: 1, stdout: '', stderr: `${message}\n${hintsOf(error)}${others}` };
    }
    default:
      return { exitCode: 1, stdout: '', stderr: `${massage(error.message)}\n${hintsOf(error)}` };
  }
}

/** How far an exchange with a server got. */
const GOT_TO: Readonly<Record<Phase, (endpoint: string) => string>> = {
  resolve: (endpoint) => `the address of ${endpoint} was not found`,
  connect: (endpoint) => `no connection to ${endpoint}`,
  tls: (endpoint) => `no TLS connection with ${endpoint}`,
  authenticate: (endpoint) => `not logged in to ${endpoint}`,
  request: (endpoint) => `the request was not carried out by ${endpoint}`,
  response: (endpoint) => `no usable answer from ${endpoint}`,
};

/** Everything that helps with an error, down its chain of causes, each line once. */
export function hintsOf(error: unknown): string {
  const lines: string[] = [];
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current instanceof Unavailable) {
      const { endpoint, phase, setting } = current;
      lines.push(`${GOT_TO[phase](endpoint)} (${phase}), set by ${setting}`);
    }
    if (current instanceof SettingsError) lines.push(...current.hints);
    const { hints, notices } = fieldsOf(current);
    if (Array.isArray(hints)) lines.push(...hints.map(String));
    if (Array.isArray(notices)) lines.push(...notices.filter(isNotice).filter(isPlace).map(describeNotice));
  }
  return prefixed('hint', [...new Set(lines)]);
}

/** Where the findings about an object stand in its manifest. */
export function positionHints(error: Error, source: ManifestResource | undefined): string {
  if (source === undefined) return hintsOf(error);
  let current: unknown = error;
  while (current instanceof Error && !(current instanceof Invalid)) current = current.cause;
  if (!(current instanceof Invalid)) return hintsOf(error);
  return findingHints(current.problems, source) + hintsOf(error);
}

/** What else is wrong with an object of a file that cannot be used, apart from the fields that could not be read. */
function otherFindings(source: ManifestResource): string {
  const { kind, resource, unread } = source;
  const filled = kind.crd ? withSpec(kind, resource, withSchemaDefaults(kind.spec, resource.spec)) : resource;
  const problems = [...clientProblems(kind, filled), ...schemaProblems(kind, filled, { rangesOfInt32: true })];
  const isRead = ({ path = '' }: FieldProblem): boolean =>
    !unread.some((field) => path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`));
  return findingHints(problems.filter(isRead), source);
}

/** One line for each field that is wrong; several only for rules about a whole object. */
function findingHints(problems: readonly FieldProblem[], source: ManifestResource): string {
  const told = new Set<string>();
  const lines = problems.flatMap((problem): readonly Notice[] => {
    const { name, path = '', reason = '' } = problem;
    const value = problem.given ?? problem.value;
    const isToldOfItems = value?.startsWith('[') && problems.some((other) => other.path?.startsWith(`${path}[`));
    if (reason.includes(' evaluating rule: ') || isToldOfItems || told.has(path)) return [];
    if (/[.[]/.test(path)) told.add(path);
    const at = source.position(path);
    const what = adviceFor(problem);
    const shown = value === undefined ? what : `'${value}': ${what}`;
    return [{ file: source.file, line: at.line, column: at.column, path: path === '' ? name : path, problem: shown }];
  });
  return prefixed('hint', [...new Set(lines.filter(isPlace).map(describeNotice))]);
}

/** What values the struct tags of the Go client want. */
const WANTED: Readonly<Record<string, string>> = {
  net: 'a network with a prefix length that fits and no host bits, such as 10.0.0.0/16',
  netv4: 'an IPv4 network without host bits, such as 10.0.0.0/16',
  netv6: 'an IPv6 network without host bits, such as fd00::/64',
  cidr: 'a network such as 10.0.0.0/16, or an address',
  cidrs: 'networks such as 10.0.0.0/16',
  cidrv4: 'an IPv4 address with its prefix length, such as 10.0.0.1/24',
  cidrv6: 'an IPv6 address with its prefix length, such as fd00::1/64',
  ip: 'an IP address',
  ipv4: 'an IPv4 address, such as 10.0.0.1',
  ipv6: 'an IPv6 address, such as fd00::1',
  'IP:port': 'an IP address, 10.0.0.1:1790 or [fd00::1]:1790',
  reachableBy: 'an IP address',
  mac: 'a MAC address, such as 66:00:00:00:00:01',
  name: 'a name of lower case letters, digits, - and .',
  interface: 'an interface name of at most 15 characters, or *',
  portName: 'a port, a range such as 8080:8090, or the name of a port in lower case',
  wireguardPublicKey: '32 bytes in base64',
  required: 'a value: it is required',
};

function adviceFor({ name, value, reason, path = '' }: FieldProblem): string {
  if (name === 'Metadata.Name' && value === '') return 'a name is needed';
  if (reason === undefined) return 'not allowed';
  const tag = /because of Tag: (.*?) $/.exec(reason)?.[1];
  if (reason === 'protocol name invalid')
    return 'expected TCP, UDP, ICMP, ICMPv6, SCTP, UDPLite, or a number of 1 to 255';
  if (tag === undefined) return reason.replace(`${path} in body `, '');
  if (tag === 'net') {
    const network = parseCIDR(value ?? '');
    if (network !== undefined && hasHostBits(network))
      return `expected a network without host bits, such as ${formatCIDR(network)}`;
  }
  if (tag === 'selector') return `not a selector: ${selectorFault(value ?? '') ?? 'it cannot be read'}`;
  return `expected ${WANTED[tag] ?? `a valid ${tag}`}`;
}

function fieldsOf(error: Error): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(error));
}

/** A program that writes one line of JSON to standard input learns nothing from its line number. */
function isPlace({ file, line }: Notice): boolean {
  return file !== '-' || line !== 1;
}

function isNotice(value: unknown): value is Notice {
  return typeof value === 'object' && value !== null && 'problem' in value && 'file' in value;
}
