/** Waiting until every node is as it should be. */
import type { Context } from '../../context.ts';
import { FAMILIES } from '../../bgp/model.ts';
import type { BgpCluster, BgpNode } from '../../bgp/model.ts';
import { SessionPlan, sessionsOf } from '../../bgp/sessions.ts';
import type { NodeSessions } from '../../bgp/sessions.ts';
import { nodesNamed } from '../../bgp/words.ts';
import { nodeMeant } from '../no-such-node.ts';
import { sleep } from '../sleep.ts';
import type { Sight, SightSource, Watched } from './sight.ts';
import { Stopped } from './stopped.ts';
import type { StopReason } from './stopped.ts';
import { baselineOf, met, problemsOf } from './verdict.ts';
import type { NodeBaseline, VerdictInput } from './verdict.ts';

/** What every node saw before the first step, by node name. */
export type Baseline = ReadonlyMap<string, NodeBaseline>;

export interface NodeProblem {
  readonly node: string;
  readonly problem: string;
}

/** How far it is. */
export interface GateProgress {
  readonly well: number;
  readonly total: number;
  readonly problems: readonly NodeProblem[];
}

export interface GateOptions {
  readonly source: SightSource;
  /** milliseconds to wait; 0 for no limit */
  readonly timeout: number;
  /** nodes that are known to be down: neither they nor sessions with them are waited for */
  readonly except: ReadonlySet<string>;
  readonly progress: (progress: GateProgress) => void;
}

/** How many problems a message names. */
const SHOWN = 10;

export class Gate {
  readonly #context: Pick<Context, 'signal' | 'now'>;
  readonly #options: GateOptions;
  #except: ReadonlySet<string>;
  #lowered = false;
  baseline: Baseline | undefined;

  constructor(context: Pick<Context, 'signal' | 'now'>, options: GateOptions) {
    this.#context = context;
    this.#options = options;
    this.#except = options.except;
  }

  /**
   * Waits until all nodes together are as they should be in one look.
   * @param seen gets that look
   * @throws {Stopped} when they are not in time
   */
  async pass(cluster: BgpCluster, reason: StopReason, what: string, seen?: Map<string, Sight>): Promise<void> {
    const { source, timeout, progress } = this.#options;
    const end = timeout === 0 ? Infinity : this.#context.now().getTime() + timeout;
    const view = new View(cluster, this.#except);
    let left = view.watched;
    let told = '[]';
    for (;;) {
      const problems = new Map<string, readonly string[]>();
      await source.look(left, (node, sight) => {
        seen?.set(node, sight);
        const found = problemsOf({ ...view.of(node), sight, baseline: this.baseline?.get(node) });
        if (found.length > 0) problems.set(node, found);
      });
      const listed = listOf(problems);
      const text = JSON.stringify(listed);
      if (text !== told)
        progress({ well: view.watched.length - problems.size, total: view.watched.length, problems: listed });
      told = text;
      if (problems.size === 0) {
        if (left.length === view.watched.length) return;
        // One after the other they were well: now all at the same time.
        left = view.watched;
        continue;
      }
      left = left.filter(({ name }) => problems.has(name));
      if (this.#context.now().getTime() >= end) throw notInTime(reason, what, timeout, listed);
      await sleep(source.pause, this.#context.signal);
    }
  }

  /**
   * Looks what every node sees now, which is from now on the measure.
   * @throws {Stopped} when a session is not up in time, or a node does not tell its routes in a family that it uses
   */
  async measure(cluster: BgpCluster): Promise<Baseline> {
    const view = new View(cluster, this.#except);
    this.#refuseBlind(view);
    this.baseline = this.#baselineOf(view, await this.#look(view), undefined);
    // What they see is only worth something when it is all there.
    const sights = new Map<string, Sight>();
    await this.pass(cluster, 'precondition', 'before the first step', sights);
    return (this.baseline = this.#baselineOf(view, sights, this.baseline));
  }

  /**
   * For going back: nodes that tell nothing are not waited for, because they may be the reason for going back; and as the routes of all that are
   * not waited for are missing everywhere, no node has to see more than it does now.
   * @param again what every other node sees now is the measure, whatever it saw before
   * @returns the names of those nodes
   */
  async forgive(cluster: BgpCluster, again = false): Promise<readonly string[]> {
    const all = new View(cluster, this.#except);
    const sights = await this.#look(all);
    const silent = all.watched.map(({ name }) => name).filter((name) => sights.get(name)?.problem !== '');
    this.#except = new Set([...this.#except, ...silent]);
    if (again) {
      const seen = [...sights].filter(([name]) => !this.#except.has(name));
      this.baseline = this.#baselineOf(new View(cluster, this.#except), new Map(seen), this.baseline);
      this.#lowered = true;
    } else if (this.#except.size > 0 && this.baseline !== undefined) {
      this.baseline = lowered(this.baseline, sights);
      this.#lowered = true;
    }
    return silent;
  }

  /** What is waited for while going back, in words. */
  get backwards(): string {
    const sessions = 'every session that must exist is up';
    if (this.baseline === undefined) return sessions;
    return this.#lowered
      ? `${sessions}, and no more prefixes are missing than when going back began`
      : `${sessions}, and no prefix is missing`;
  }

  /** Waits neither for a node nor for sessions with it, if anything is wrong with it now. @returns whether that is so */
  async forgiveNode(cluster: BgpCluster, name: string): Promise<boolean> {
    const view = new View(cluster, this.#except);
    const problems: string[] = [];
    await this.#options.source.look(
      view.watched.filter((node) => node.name === name),
      (node, sight) => void problems.push(...problemsOf({ ...view.of(node), sight, baseline: undefined })),
    );
    const wrong = problems.length > 0;
    if (wrong) this.#except = new Set([...this.#except, name]);
    return wrong;
  }

  /**
   * Before anything is written.
   * @param but a node that may be down for good
   * @throws {Stopped} for nodes that will not be seen where they are looked for
   */
  check(cluster: BgpCluster, but?: string): Promise<void> {
    const { watched } = new View(cluster, this.#except);
    return this.#options.source.check(watched.filter(({ name }) => name !== but));
  }

  /** @throws {Stopped} for nodes that cannot be looked at */
  #refuseBlind({ watched }: View): void {
    const blind = watched.map(({ name }) => name).filter((name) => !this.#options.source.canSee(name));
    if (blind.length > 0)
      throw new Stopped('precondition', `no folder of BIRD sockets is named for ${nodesNamed(blind)}`, [
        'name it with --sockets NODE=FOLDER, or leave the node out with --except',
      ]);
  }

  async #look(view: View): Promise<ReadonlyMap<string, Sight>> {
    const sights = new Map<string, Sight>();
    await this.#options.source.look(view.watched, (node, sight) => sights.set(node, sight));
    return sights;
  }

  #baselineOf(view: View, sights: ReadonlyMap<string, Sight>, before: Baseline | undefined): Baseline {
    return new Map(
      [...sights].map(([node, sight]): [string, NodeBaseline] => {
        const { prefixes, extra } = baselineOf({ ...view.of(node), sight });
        return [node, { prefixes, extra: [...new Set([...extra, ...(before?.get(node)?.extra ?? [])])] }];
      }),
    );
  }
}

/** @throws {Stopped} for names of nodes not to be waited for that are none */
export function refuseUnknown({ nodes }: BgpCluster, except: readonly string[]): void {
  const names = new Set(nodes.map(({ name }) => name));
  const strangers = except.filter((name) => !names.has(name));
  if (strangers.length > 0)
    throw new Stopped(
      'precondition',
      `${nodesNamed(strangers)} of --except: there is no such node`,
      strangers.flatMap((name) => nodeMeant(nodes, name)),
    );
}

/** A measure that no node misses now. One that does not tell its routes keeps its own. */
function lowered(baseline: Baseline, sights: ReadonlyMap<string, Sight>): Baseline {
  return new Map(
    [...baseline].map(([node, { prefixes, extra }]): [string, NodeBaseline] => {
      const { ipv4 = null, ipv6 = null } = sights.get(node)?.routes ?? {};
      return [node, { prefixes: { ipv4: met(prefixes.ipv4, ipv4), ipv6: met(prefixes.ipv6, ipv6) }, extra }];
    }),
  );
}

/** What is expected of the nodes that are waited for. */
class View {
  readonly watched: readonly Watched[];
  readonly #plan: SessionPlan;
  readonly #byName: ReadonlyMap<string, BgpNode>;
  readonly #addresses: ReadonlySet<string>;
  readonly #except: ReadonlySet<string>;

  constructor(cluster: BgpCluster, except: ReadonlySet<string>) {
    this.#plan = new SessionPlan(cluster);
    this.#except = except;
    this.#byName = new Map(cluster.nodes.map((node) => [node.name, node]));
    this.#addresses = new Set(cluster.nodes.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6]));
    this.watched = cluster.nodes
      .filter(({ name }) => !except.has(name))
      .map((node) => ({ name: node.name, families: FAMILIES.filter((family) => node[family] !== '') }))
      .filter(({ families }) => families.length > 0);
  }

  of(name: string): Pick<VerdictInput, 'expected' | 'waitedFor' | 'families' | 'nodes'> {
    const node = this.#byName.get(name);
    const all = node === undefined ? { ipv4: [], ipv6: [] } : sessionsOf(this.#plan, node);
    const waited = (sessions: NodeSessions['ipv4']): NodeSessions['ipv4'] =>
      sessions.filter((session) => session.node === null || !this.#except.has(session.node));
    const waitedFor = { ipv4: waited(all.ipv4), ipv6: waited(all.ipv6) };
    const families = FAMILIES.filter((family) => node !== undefined && node[family] !== '');
    return { expected: all, waitedFor, families, nodes: this.#addresses };
  }
}

function listOf(problems: ReadonlyMap<string, readonly string[]>): readonly NodeProblem[] {
  const list = [...problems].flatMap(([node, texts]) => texts.map((problem) => ({ node, problem })));
  return list.sort((a, b) => (a.node < b.node ? -1 : a.node > b.node ? 1 : 0));
}

function notInTime(reason: StopReason, what: string, timeout: number, problems: readonly NodeProblem[]): Stopped {
  const nodes = new Set(problems.map(({ node }) => node)).size;
  const hints = problems.slice(0, SHOWN).map(({ node, problem }) => `${node}: ${problem}`);
  if (problems.length > SHOWN) hints.push(`and ${problems.length - SHOWN} more`);
  const who = nodes === 1 ? '1 node is' : `${nodes} nodes are`;
  return new Stopped(reason, `${what}: ${who} not as expected after ${timeout / 1000}s`, hints);
}
