/** Carrying out a plan that stands in a file: from its beginning, from where it was left, or back. */
import type { Context, FileWriter } from '../../context.ts';
import type { Plan } from '../../bgp/convert/plan.ts';
import { idOf, sameJson } from '../../bgp/convert/writes.ts';
import type { BgpCluster } from '../../bgp/model.ts';
import { Unavailable } from '../../datastore/errors.ts';
import { openSession } from '../input.ts';
import type { CommonOptions } from '../input.ts';
import { strangers } from '../no-such-node.ts';
import { ResourceClient } from '../resource-client.ts';
import type { ConvertEvent } from './events.ts';
import { Gate, refuseUnknown } from './gate.ts';
import type { Journal } from './journal.ts';
import { journalOf, openJournal } from './journal-file.ts';
import { planId, readPlan } from './plan-file.ts';
import type { StoredPlan } from './plan-file.ts';
import { asPlanned, Runner, touchedAsPlanned } from './runner.ts';
import type { SightSource } from './sight.ts';
import { Broken, Stopped } from './stopped.ts';
import { contentOf, stateIn, writesOf } from './world.ts';
import type { World } from './world.ts';

export type ConvertCommand = 'apply' | 'resume' | 'rollback';

export interface GateInput {
  /** milliseconds for each gate; 0 for no limit */
  readonly gateTimeout: number;
  /** opens the source of what is seen of nodes: {@link reportSights} or {@link socketSights} */
  readonly sights: (client: ResourceClient) => Promise<SightSource>;
  /** nodes whose sockets were named */
  readonly socketNodes?: readonly string[];
  /** nodes that are known to be down */
  readonly except: readonly string[];
  readonly on: (event: ConvertEvent) => void;
}

export interface RunInput extends CommonOptions, GateInput {
  readonly path: string;
  readonly command: ConvertCommand;
  /** what is seen now takes the place of what was seen before the first write */
  readonly measureAgain: boolean;
  readonly writer: FileWriter;
  /** asked before the first write, with how many writes there will be. @throws when nobody agrees */
  readonly agree: (writes: number) => Promise<void>;
}

/**
 * Carries out a plan.
 * @throws {Stopped} when it does not go on, {Broken} when something else ended it after a write, and the errors of files and datastore before
 */
export async function runPlan(context: Context, input: RunInput): Promise<void> {
  const stored = await readPlan(context, input.path);
  const session = await openSession(context, input);
  const log = await openJournal(input.writer, input.path);
  try {
    const journal = journalOf(log, input.path, () => context.now());
    await runWith(context, input, stored, journal, new ResourceClient(session));
  } finally {
    await log.close();
  }
}

/** Opens the source of what is seen of the cluster's nodes, works with its gate, and takes away what was made for it. */
export async function withGate(
  client: ResourceClient,
  input: GateInput,
  { nodes }: BgpCluster,
  work: (gate: Gate) => Promise<void>,
): Promise<void> {
  const { sights, socketNodes = [], except, gateTimeout, on } = input;
  for (const text of strangers(nodes, '--sockets', socketNodes)) client.session.context.warn(text);
  const source = await sights(client);
  const gate = new Gate(client.session.context, {
    source,
    timeout: gateTimeout,
    except: new Set(except),
    progress: (now) => on({ event: 'waiting', ...now }),
  });
  try {
    await work(gate);
  } finally {
    await source.close();
  }
}

async function runWith(
  context: Context,
  input: RunInput,
  stored: StoredPlan,
  journal: Journal,
  client: ResourceClient,
): Promise<void> {
  const { command, path, on } = input;
  const id = await planId(stored);
  refuseState(input, journal, id);
  const back = command === 'rollback';
  const parts = { client, stored };
  const world = await (back ? touchedAsPlanned(parts) : asPlanned(parts)).catch((error: unknown): never => {
    throw isConflict(error) ? hinted(error, afterConflict(input, journal, stored.plan)) : error;
  });
  refuseUnknown(world.cluster, input.except);
  const states = writesOf(stored.plan).map((write) => stateIn(world, write));
  const left = states.filter((state) => state === (back ? 'after' : 'before')).length;
  const { steps } = stored.plan;
  if (steps.length === 0 || (left === 0 && journal.state !== 'begun')) {
    on({ event: 'end', outcome: 'nothing-to-do' });
    return;
  }
  await withGate(client, input, world.cluster, async (gate) => {
    // The way back is never refused: that every daemon is down may be why somebody takes it.
    if (!back)
      await gate.check(world.cluster).catch((error: unknown): never => {
        throw journal.wrote && error instanceof Stopped ? hinted(error, nextSteps(path)) : error;
      });
    await input.agree(left);
    on({ event: 'start', command, plan: path, steps: steps.length, done: states.length - left });
    try {
      await journal.begin(command, id);
      await prepareGate(gate, journal, input, world);
      const runner = new Runner({ ...parts, gate, journal, on });
      await (back ? runner.back() : runner.forward());
      if (back) on(restored(journal, await touchedAsPlanned(parts)));
      await journal.end(back ? 'rolled-back' : 'applied');
    } catch (error) {
      throw await ended(context, input, journal, stored.plan, error);
    }
    on({ event: 'end', outcome: back ? 'rolled-back' : 'applied' });
  });
}

/** @throws {Stopped} when the command does not fit what was done with the plan so far */
function refuseState({ command, path }: RunInput, { state, plan }: Journal, id: string): void {
  if (state !== 'new' && plan !== id && !(state === 'rolled-back' && command === 'apply'))
    throw new Stopped('conflict', `${path} was edited after it was begun`, [
      'put back the plan that was begun, or go on by hand',
    ]);
  if (command === 'apply' && state === 'begun')
    throw new Stopped('precondition', `${path} was begun already`, nextSteps(path));
  if (command !== 'apply' && state === 'new')
    throw new Stopped('precondition', `${path} was not begun: nothing was written`, [
      `begin with: calicoctl bgp convert apply ${path}`,
    ]);
  if (command === 'resume' && state === 'rolled-back')
    throw new Stopped('precondition', `${path} was rolled back`, [
      `begin anew with: calicoctl bgp convert apply ${path}`,
    ]);
}

const nextSteps = (path: string): readonly string[] => [
  `go on with: calicoctl bgp convert resume ${path}`,
  `go back with: calicoctl bgp convert rollback ${path}`,
];

const isConflict = (error: unknown): error is Stopped => error instanceof Stopped && error.reason === 'conflict';

/** What to do when the cluster is not as the plan has it. */
function afterConflict({ command, path }: RunInput, { state, wrote }: Journal, plan: Plan): readonly string[] {
  if (command === 'rollback') return [`put that back, and go on with: calicoctl bgp convert rollback ${path}`];
  if (wrote)
    return [
      `put that back, and go on with: calicoctl bgp convert resume ${path}`,
      `go back with: calicoctl bgp convert rollback ${path}, and make a new plan`,
    ];
  // A plan that was carried out is kept.
  const out = state === 'applied' ? 'FILE' : path;
  return ['nothing was written', `make a new plan: ${planCommand(plan, out)}`];
}

/** The command that makes the same plan for the cluster as it is now. */
function planCommand({ settings, reflectors }: Plan, out: string): string {
  const flags =
    settings === undefined
      ? ['--to mesh']
      : [
          `--reflectors ${reflectors.join(',')}`,
          `--label ${settings.label.key}=${settings.label.value}`,
          `--cluster-id ${settings.clusterId}`,
          `--peer-name ${settings.peer}`,
          ...(reflectors.length < 2 ? ['--allow-single'] : []),
        ];
  return ['calicoctl bgp convert plan', ...flags, `--out ${out}`].join(' ');
}

const hinted = ({ reason, message, hints, cause }: Stopped, more: readonly string[]): Stopped =>
  new Stopped(reason, message, [...hints, ...more], cause);

async function prepareGate(gate: Gate, journal: Journal, input: RunInput, { cluster }: World): Promise<void> {
  const { command, on, except, measureAgain } = input;
  if (command === 'rollback') {
    gate.baseline = journal.measured;
    const silent = await gate.forgive(cluster, measureAgain);
    if (measureAgain && gate.baseline !== undefined && except.length === 0 && silent.length === 0)
      await journal.baseline(gate.baseline, true);
    if (silent.length > 0) on({ event: 'forgiven', nodes: silent });
    return;
  }
  // What was seen before the first write is the measure for all runs, unless nodes are left out whose routes it counts.
  if (command === 'resume' && journal.measured !== undefined && except.length === 0 && !measureAgain) {
    gate.baseline = journal.measured;
    await gate.pass(cluster, 'gate', 'before going on');
    return;
  }
  on({ event: 'measuring' });
  const baseline = await gate.measure(cluster);
  // A measure without some nodes is only good for the run that leaves them out.
  if (command === 'apply' || except.length === 0) await journal.baseline(baseline, command === 'resume');
  on({ event: 'measured', nodes: baseline.size });
}

function restored({ originals }: Journal, { byId }: World): ConvertEvent {
  const ids = [...originals.keys()].sort();
  const same = ids.filter((id) => sameJson(contentOf(byId.get(id)), originals.get(id)));
  return { event: 'restored', same, different: ids.filter((id) => !same.includes(id)) };
}

/** The error with what to do next. */
async function ended(
  { signal }: Context,
  input: RunInput,
  journal: Journal,
  plan: Plan,
  error: unknown,
): Promise<Error> {
  const { command, path, on } = input;
  const reason: unknown = signal.aborted ? signal.reason : error;
  const cause = reason instanceof Error ? reason : new Error(String(reason));
  const meshOff =
    journal.wrote &&
    plan.to === 'reflectors' &&
    journal.last?.direction === 'forward' &&
    journal.last.object === idOf({ kind: 'BGPConfiguration', name: 'default' });
  const steps = isConflict(cause)
    ? afterConflict(input, journal, plan)
    : journal.wrote
      ? nextSteps(path)
      : ['nothing was written', `begin again with: calicoctl bgp convert ${command} ${path}`];
  const next = meshOff ? ['the mesh was turned off, so that routes may be missing', ...steps.toReversed()] : steps;
  if (cause instanceof Stopped) {
    const stop = hinted(cause, next);
    on({ event: 'stopped', reason: stop.reason, message: stop.message, hints: stop.hints });
    await journal.stopped(stop.reason, stop.message).catch(() => undefined);
    return stop;
  }
  const where =
    cause instanceof Unavailable ? [`no answer from ${cause.endpoint} (${cause.phase}), set by ${cause.setting}`] : [];
  const broken = new Broken(cause, [...where, ...next]);
  on({ event: 'stopped', reason: 'error', message: broken.message, hints: broken.hints });
  await journal.stopped('error', broken.message).catch(() => undefined);
  return broken;
}
