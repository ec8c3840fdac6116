/** The BGP sessions of nodes as the nodes themselves report them, without a login there. */
import type { Context } from '../context.ts';
import { expectedSessions } from '../bgp/sessions.ts';
import type { NodeSessions } from '../bgp/sessions.ts';
import { atMost } from './at-most.ts';
import { readBgp } from './bgp-view.ts';
import { OperationError } from './errors.ts';
import type { CommonOptions } from './input.ts';
import { noSuchNode } from './no-such-node.ts';
import type { NodeReport } from './node-report.ts';
import { ReportObjects } from './report-objects.ts';
import { ResourceClient } from './resource-client.ts';
import { Session } from './session.ts';
import { checkReport } from './report-check.ts';
import type { SessionCheck } from './session-check.ts';
import { sleep } from './sleep.ts';

export interface RemoteInput extends CommonOptions {
  /** names of nodes, or all that have an address for BGP */
  readonly nodes: readonly string[] | 'all';
  readonly check: boolean;
  /** look again at nodes whose sessions are not all up, for so many milliseconds (0: without end); undefined to look once */
  readonly wait: number | undefined;
  /** milliseconds for the report of one node; 0 for no limit */
  readonly reportTimeout: number;
  /** how many nodes report at the same time */
  readonly atOnce: number;
  /** the world for cleaning up when this command was ended */
  readonly elsewhere: () => Promise<Context>;
  /** told after every node */
  readonly seen: (progress: RemoteProgress) => void;
}

/** How far it is. */
export interface RemoteProgress {
  /** nodes that have answered, or failed to, in this round and the ones before */
  readonly done: number;
  /** of those that are checked the ones that are well */
  readonly well: number;
  readonly total: number;
}

export interface RemoteNode {
  readonly node: string;
  readonly report: NodeReport | undefined;
  /** why there is no report; '' when there is one */
  readonly problem: string;
  /** only where asked for */
  readonly check: SessionCheck | undefined;
}

export interface RemoteResult {
  /** in bytewise order of their names */
  readonly nodes: readonly RemoteNode[];
  /** nodes without an address for BGP, which were not asked */
  readonly withoutBgp: readonly string[];
}

const PAUSE_MILLISECONDS = 2000;
const STORED = { filename: undefined, recursive: false, skipEmpty: false, merge: false } as const;

/**
 * Has nodes report, and removes what it made for that, even when it is ended. A node that does not report is a result.
 * @throws {OperationError} for a node that does not exist, and the datastore's errors
 */
export async function remoteStatus(context: Context, input: RemoteInput): Promise<RemoteResult> {
  const { cluster } = await readBgp(context, STORED, input);
  const objects = await ReportObjects.open(new ResourceClient(await Session.open(context)));
  const names = chosen(cluster.nodes, input.nodes);
  const withoutBgp = input.nodes === 'all' ? cluster.nodes.filter(hasNoAddress).map(({ name }) => name) : [];
  if (objects.leftovers.length > 0)
    context.warn(
      `left behind by a command that was killed, remove them: caliconodestatus ${objects.leftovers.join(' ')}`,
    );
  const survey = new Survey(context, input, objects, names);
  try {
    await survey.round(expectedSessions(cluster));
    while (input.wait !== undefined && (await survey.pause()))
      await survey.round(expectedSessions((await readBgp(context, STORED, input)).cluster));
  } finally {
    await objects.close(input.elsewhere);
  }
  return { nodes: survey.results(), withoutBgp };
}

/** Asks nodes round after round, in every one those that were not well before. */
class Survey {
  readonly #context: Context;
  readonly #input: RemoteInput;
  readonly #objects: ReportObjects;
  readonly #names: readonly string[];
  readonly #results = new Map<string, RemoteNode>();
  /** when to stop, in milliseconds of the clock */
  readonly #end: number;
  #left: readonly string[];

  constructor(context: Context, input: RemoteInput, objects: ReportObjects, names: readonly string[]) {
    const { wait = 0 } = input;
    this.#context = context;
    this.#input = input;
    this.#objects = objects;
    this.#names = names;
    this.#left = names;
    this.#end = wait === 0 ? Infinity : context.now().getTime() + wait;
  }

  async round(expected: ReadonlyMap<string, NodeSessions>): Promise<void> {
    const { atOnce, seen } = this.#input;
    const total = this.#names.length;
    const wrong: string[] = [];
    let done = total - this.#left.length;
    await atMost(atOnce, this.#left, async (node) => {
      const result = await this.#ask(node, expected.get(node) ?? NOTHING);
      this.#results.set(node, result);
      if (result.check?.ok === false) wrong.push(node);
      done++;
      seen({ done, well: done - wrong.length, total });
    });
    this.#left = wrong;
  }

  /** Waits for the next round. @returns whether there is one: something to ask for, and time */
  async pause(): Promise<boolean> {
    if (this.#left.length === 0 || this.#remaining() <= PAUSE_MILLISECONDS) return false;
    await sleep(PAUSE_MILLISECONDS, this.#context.signal);
    return true;
  }

  results(): readonly RemoteNode[] {
    return this.#names.flatMap((name) => this.#results.get(name) ?? []);
  }

  #remaining(): number {
    return Math.max(0, this.#end - this.#context.now().getTime());
  }

  async #ask(node: string, expected: NodeSessions): Promise<RemoteNode> {
    const { check, reportTimeout } = this.#input;
    const timeout = Math.min(reportTimeout === 0 ? Infinity : reportTimeout, this.#remaining());
    const { report, problem } = await reportOf(this.#objects, node, timeout, this.#context.signal);
    return { node, report, problem, check: check ? checkReport(report, problem, expected) : undefined };
  }
}

const NOTHING: NodeSessions = { ipv4: [], ipv6: [] };

type Addressed = { readonly name: string; readonly ipv4: string; readonly ipv6: string };

const hasNoAddress = ({ ipv4, ipv6 }: Addressed): boolean => ipv4 === '' && ipv6 === '';

function chosen(nodes: readonly Addressed[], wanted: readonly string[] | 'all'): readonly string[] {
  if (wanted === 'all') return nodes.filter((node) => !hasNoAddress(node)).map(({ name }) => name);
  const known = new Set(nodes.map(({ name }) => name));
  const missing = wanted.filter((name) => !known.has(name));
  const [first] = missing;
  if (first !== undefined)
    throw missing.length === 1
      ? noSuchNode(nodes, first)
      : new OperationError(`node ${missing.join(', ')} does not exist`);
  return [...new Set(wanted)].sort();
}

async function reportOf(
  objects: ReportObjects,
  node: string,
  timeout: number,
  signal: AbortSignal,
): Promise<Pick<RemoteNode, 'report' | 'problem'>> {
  try {
    return { report: await objects.report(node, timeout), problem: '' };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Error)) throw error;
    return { report: undefined, problem: error.message };
  }
}
