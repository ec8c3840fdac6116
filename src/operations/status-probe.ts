/** The state of this node's BGP sessions, looked at once or again and again. */
import type { Context, Machine } from '../context.ts';
import type { NodeSessions } from '../bgp/sessions.ts';
import type { BirdSession } from '../bird/session.ts';
import type { DaemonReport } from './bird-daemons.ts';
import { expectedOn } from './expected-here.ts';
import type { Expectation } from './expected-here.ts';
import type { CommonOptions } from './input.ts';
import { nodeName } from './node-name.ts';
import { localStatus } from './node-status.ts';
import type { LocalStatus, LocalStatusInput } from './node-status.ts';
import { checkExpected, checkListed } from './session-check.ts';
import type { SessionCheck } from './session-check.ts';
import { sleep } from './sleep.ts';
import { OperationError } from './errors.ts';

export interface ProbeInput extends LocalStatusInput, CommonOptions {
  /** hold the sessions against those that the datastore demands */
  readonly check: boolean;
  /** name of this node in the datastore; undefined to find it out */
  readonly nodeName: string | undefined;
}

export interface ProbeResult extends LocalStatus {
  readonly node: string;
  /** only where asked for, and Felix runs */
  readonly check: SessionCheck | undefined;
  readonly warnings: readonly string[];
}

/** What the datastore demands is read anew after this time. */
const REREAD_MILLISECONDS = 5000;
/** How long a look may wait for the datastore when only own AS numbers are wanted of it. */
const AS_MILLISECONDS = 2000;
const POLL_MILLISECONDS = 1000;

/** Looks at this node. What the datastore said is kept for a few seconds. */
export class StatusProbe {
  readonly #context: Context;
  readonly #machine: Machine;
  readonly #input: ProbeInput;
  #known: { readonly at: number; readonly expectation: Promise<Expectation> } | undefined;

  constructor(context: Context, machine: Machine, input: ProbeInput) {
    this.#context = context;
    this.#machine = machine;
    this.#input = input;
  }

  /** @throws {RootNeeded}, {OperationError} and {VersionMismatch}; that a daemon does not answer is a result */
  async look(): Promise<ProbeResult> {
    const { check, all } = this.#input;
    const node = await nodeName(this.#context, this.#machine, this.#input.nodeName);
    const [status, expectation] = await Promise.all([
      localStatus(this.#context, this.#machine, this.#input),
      check ? this.#expected(node) : undefined,
    ]);
    if (!check || expectation === undefined || status.felix === 'not-running') {
      const result = { ...status, node, check: undefined, warnings: [] };
      return all && needsOwnAs(status) ? withOwnAs(result, await this.#soon(node)) : result;
    }
    if (expectation.type === 'absent') {
      const note = `node ${node} does not exist in the datastore: name this node as the datastore does with --node-name`;
      const failed: SessionCheck = { source: 'datastore', ok: false, expected: 0, up: 0, problems: [], note };
      return { ...status, node, check: failed, warnings: [] };
    }
    if (expectation.type === 'known') {
      const result = checkExpected(status.daemons, expectation.sessions);
      return withOwnAs({ ...status, node, check: result, warnings: [] }, expectation.sessions);
    }
    const warning = `the datastore cannot be read, so only the sessions that BIRD lists are checked: ${expectation.reason}`;
    return { ...status, node, check: checkListed(status), warnings: [warning] };
  }

  /**
   * Looks until every session is up, or the time is over (0: without end); then the last result is the answer. `seen` is told every result.
   * @throws {OperationError} when the time was too short for one look, and what {@link look} throws
   */
  async until(timeout: number, seen: (result: ProbeResult) => void): Promise<ProbeResult> {
    const stop = new AbortController();
    const signal = AbortSignal.any([this.#context.signal, stop.signal]);
    const over = timeout === 0 ? new Promise<undefined>(() => {}) : sleep(timeout, signal).then(() => undefined);
    let last: ProbeResult | undefined;
    try {
      for (;;) {
        const result = await Promise.race([this.look(), over]);
        if (result === undefined) break;
        last = result;
        seen(result);
        if (result.check?.ok === true) return result;
        const pause = sleep(POLL_MILLISECONDS, signal).then(() => 'go on' as const);
        if ((await Promise.race([pause, over])) === undefined) break;
      }
    } finally {
      stop.abort(new Error('done'));
    }
    if (last === undefined) throw new OperationError('timed out before this node could be looked at');
    return last;
  }

  async #expected(node: string): Promise<Expectation> {
    const now = this.#context.now().getTime();
    if (this.#known === undefined || now - this.#known.at >= REREAD_MILLISECONDS)
      this.#known = { at: now, expectation: expectedOn(node, this.#context, this.#input) };
    return this.#known.expectation;
  }

  /** The expected sessions if the datastore tells them at once. */
  async #soon(node: string): Promise<NodeSessions | undefined> {
    const stop = new AbortController();
    const late = sleep(AS_MILLISECONDS, AbortSignal.any([this.#context.signal, stop.signal])).then(() => undefined);
    try {
      const expectation = await Promise.race([this.#expected(node), late]);
      return expectation?.type === 'known' ? expectation.sessions : undefined;
    } catch {
      this.#context.signal.throwIfAborted();
      return undefined;
    } finally {
      stop.abort(new Error('done'));
    }
  }
}

function needsOwnAs({ daemons }: LocalStatus): boolean {
  return [daemons.ipv4, daemons.ipv6].some(({ sessions }) => sessions.some(({ details }) => details?.localAs === null));
}

/** Adds the own AS numbers that BIRD does not print, as they are configured. */
function withOwnAs(result: ProbeResult, expected: NodeSessions | undefined): ProbeResult {
  if (expected === undefined) return result;
  const completed = (report: DaemonReport): DaemonReport => {
    const configured = new Map(expected[report.family].map(({ protocol, localAs }) => [protocol, localAs]));
    const complete = (session: BirdSession): BirdSession => {
      const { details, protocol } = session;
      return details?.localAs === null
        ? { ...session, details: { ...details, localAs: configured.get(protocol) ?? null } }
        : session;
    };
    return { ...report, sessions: report.sessions.map(complete) };
  };
  const { ipv4, ipv6 } = result.daemons;
  return { ...result, daemons: { ipv4: completed(ipv4), ipv6: completed(ipv6) } };
}
