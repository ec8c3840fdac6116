/** Conversions of a network of real daemons by the program itself, watched all the time. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { containing } from '../doubles/matchers.ts';
import { startProgram } from '../doubles/program.ts';
import type { Ended, Running } from '../doubles/program.ts';
import { findProgram, obtainMilliseconds } from '../servers/binaries.ts';
import { sharedEtcd, sharedKubernetes } from '../servers/shared.ts';
import { etcdStore, kubernetesStore, startFabric } from './fabric.ts';
import type { Fabric, FabricStore } from './fabric.ts';
import type { Samples } from './sampler.ts';
import { established, eventually } from './support.ts';

const programs = ['bird', 'etcd-3.4', 'kube-apiserver'] as const;
beforeAll(() => Promise.all(programs.map(findProgram)), obtainMilliseconds);

const stores: Readonly<Record<string, () => Promise<FabricStore>>> = {
  etcd: async () => etcdStore(await sharedEtcd()),
  kubernetes: async () => kubernetesStore(await sharedKubernetes('v1')),
};

const REFLECTORS = ['rr-1', 'rr-2'];
const NAMES = [...REFLECTORS, 'w-1', 'w-2', 'w-3', 'w-4'];
const PLAN = 'plan.yaml';
/** A whole conversion and the way back, with the stops of daemons and processes between. */
const MINUTES = 240_000;

/** A network whose sessions are all up, and the program in a folder with a plan for it. */
class Site {
  readonly fabric: Fabric;
  readonly store: FabricStore;
  readonly #folder: string;

  private constructor(fabric: Fabric, store: FabricStore) {
    this.fabric = fabric;
    this.store = store;
    this.#folder = mkdtempSync(join(tmpdir(), 'calicoctl-convert-'));
    onTestFinished(() => rmSync(this.#folder, { recursive: true, force: true }));
  }

  /** @param count of nodes, two of which are to be reflectors */
  static async open(type: string, count: number): Promise<Site> {
    const store = await stores[type]?.();
    if (store === undefined) throw new Error(`there is no store ${type}`);
    await store.wipe();
    onTestFinished(() => store.close());
    const fabric = await startFabric({
      store,
      nodes: NAMES.slice(0, count).map((name) => ({ name })),
      quick: true,
      respond: true,
    });
    onTestFinished(() => fabric.stop());
    const site = new Site(fabric, store);
    const all = (up: Readonly<Record<string, string>>) =>
      Object.values(up).every((names) => names.split(' ').length === count - 1);
    await eventually(() => established(fabric.nodes), all);
    await site.run('plan', '--reflectors', REFLECTORS.join(','), '--out', PLAN);
    return site;
  }

  /** Gates that ask the daemons, which is quicker than having nodes report. */
  get sockets(): readonly string[] {
    return ['--sockets', this.fabric.nodes.map(({ name, sockets }) => `${name}=${sockets}`).join(',')];
  }

  start(command: string, ...more: readonly string[]): Running {
    const args = command === 'plan' ? more : [PLAN, '--yes', ...more];
    const { environment: env } = this.store;
    return startProgram(['--allow-version-mismatch', 'bgp', 'convert', command, ...args], { env, cwd: this.#folder });
  }

  run(command: string, ...more: readonly string[]): Promise<Ended> {
    return this.start(command, ...more).ended;
  }

  /** The whole lines of the journal. */
  journal(): readonly string[] {
    try {
      return readFileSync(join(this.#folder, `${PLAN}.journal`), 'utf8')
        .split('\n')
        .slice(0, -1);
    } catch {
      return [];
    }
  }

  /** Kills the program when its journal has so many lines. @returns whether it was killed and not faster */
  async killedAt(lines: number, running: Running): Promise<boolean> {
    const state: { ended: Ended | 'killed' | undefined } = { ended: undefined };
    const ended = running.ended.then(
      (result) => (state.ended = result),
      () => (state.ended = 'killed'),
    );
    while (state.ended === undefined && this.journal().length < lines) await sleep(2);
    running.kill('SIGKILL');
    const result = await ended;
    if (typeof result !== 'string' && result.exit !== 0) throw new Error(`it ended by itself: ${result.stderr}`);
    return result === 'killed';
  }

  /** What decides about BGP: labels and specs. */
  async contents(): Promise<readonly unknown[]> {
    return (await this.store.read()).map(({ kind, metadata: { name, labels }, spec }) => ({
      kind,
      name,
      labels,
      spec,
    }));
  }

  async meshIsOn(): Promise<boolean> {
    return !(await this.store.read()).some(({ spec }) => spec['nodeToNodeMeshEnabled'] === false);
  }
}

/** The longest gap of routes of or on reflectors, and of all others, in milliseconds. */
function gapsOf({ gaps }: Samples, { nodes }: Fabric): { readonly reflectors: number; readonly others: number } {
  const theirs = new Set(nodes.filter(({ name }) => REFLECTORS.includes(name)).flatMap(({ routes }) => routes));
  let [reflectors, others] = [0, 0];
  for (const { node, prefix, milliseconds } of gaps) {
    if (theirs.has(prefix) || REFLECTORS.includes(node)) reflectors = Math.max(reflectors, milliseconds);
    else others = Math.max(others, milliseconds);
  }
  return { reflectors: Math.round(reflectors), others: Math.round(others) };
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);

describe.each(['etcd', 'kubernetes'])('bgp convert on a network whose datastore is %s', (type) => {
  it('leaves every route between other nodes in place, there and back', { timeout: MINUTES }, async () => {
    const site = await Site.open(type, NAMES.length);
    const before = await site.contents();
    const sampler = site.fabric.sample(10);
    const there = await site.run('apply');
    const samples = await sampler.stop();
    expect(there).toMatchObject({ exit: 0 });
    const wanted = site.fabric.nodes.map((node): [string, readonly string[]] => {
      const others = site.fabric.nodes.filter((other) => other !== node);
      const peers = REFLECTORS.includes(node.name) ? others : others.filter(({ name }) => REFLECTORS.includes(name));
      return [node.name, peers.map(({ address }) => `Node_${address.replaceAll('.', '_')}`)];
    });
    const up = Object.entries(await established(site.fabric.nodes)).map(([name, sessions]) => [
      name,
      sessions.split(' ').toSorted(),
    ]);
    expect([await site.meshIsOn(), up]).toEqual([false, wanted]);
    const back = site.fabric.sample(10);
    expect(await site.run('rollback')).toMatchObject({ exit: 0 });
    const [forth, home] = [gapsOf(samples, site.fabric), gapsOf(await back.stop(), site.fabric)];
    say(
      `conversion of ${NAMES.length} nodes on ${type}: longest gap of routes of reflectors ${forth.reflectors} ms, of others ${forth.others} ms; ` +
        `rollback: ${home.reflectors} ms and ${home.others} ms; ${samples.looks} looks`,
    );
    expect([forth.others, home.others, await site.contents()]).toEqual([0, 0, before]);
  });

  it('survives being killed at each step, going on and going back', { timeout: MINUTES }, async () => {
    const site = await Site.open(type, 4);
    const before = await site.contents();
    const kills = { resume: 0, rollback: 0 };
    for (const way of ['resume', 'rollback'] as const) {
      for (let killed = true; killed;) {
        const lines = site.journal();
        const isBegun = lines.some((line) => line.includes('"event":"intent"'));
        // Behind the line that a run begins with: before a write, after it, and when its gate has opened.
        const at = lines.length + 2 + (kills[way] % 3);
        killed = await site.killedAt(at, site.start(isBegun ? way : 'apply', ...site.sockets));
        if (killed) kills[way]++;
      }
      expect(await site.meshIsOn()).toBe(way === 'rollback');
    }
    say(`kills survived on ${type}: ${kills.resume} by resume, ${kills.rollback} by rollback`);
    expect(await site.contents()).toEqual(before);
    expect(kills.resume).toBeGreaterThan(3);
    expect(kills.rollback).toBeGreaterThan(3);
  });

  it('keeps the mesh on while a reflector does not come up', { timeout: MINUTES }, async () => {
    const site = await Site.open(type, 4);
    const before = await site.contents();
    const second = site.fabric.nodes.find(({ name }) => name === 'rr-2');
    const running = site.start('apply', ...site.sockets, '--gate-timeout', '8s');
    const firstIsDone = (): boolean =>
      site.journal().some((line) => line.includes('"event":"done"') && line.includes('Node(rr-1)'));
    while (!firstIsDone()) await sleep(5);
    await second?.stopDaemon('kill');
    const stop = await running.ended;
    expect([stop.exit, await site.meshIsOn()]).toEqual([3, true]);
    expect(stop.stderr).toMatch(
      /gate does not open: \d nodes are not as expected after 8s\n(hint: .*\n)+hint: go on with: calicoctl bgp convert resume plan.yaml\nhint: go back with: calicoctl bgp convert rollback plan.yaml\n$/,
    );
    expect(stop.stderr).toMatch(/hint: rr-2: BIRD does not answer/);
    // The node is still away: going back must not depend on it.
    const back = await site.run('rollback', ...site.sockets);
    expect([back.exit, back.stdout]).toEqual([0, containing('Not waited for, because they tell nothing: rr-2\n')]);
    expect(await site.contents()).toEqual(before);
    await second?.startDaemon();
  });

  it('misses a prefix that is gone although another one has come', { timeout: MINUTES }, async () => {
    const site = await Site.open(type, 4);
    const [first, last] = site.fabric.nodes.slice(2);
    if (first === undefined || last === undefined) throw new Error('no nodes');
    // Its routes come back when BIRD is configured anew for the first reflector.
    await first.birdc('disable announced');
    const gone = last.routes.find((route) => !route.includes(':')) ?? '';
    const lacking = async (prefixes: readonly string[]): Promise<boolean> => {
      const seen = await Promise.all(site.fabric.nodes.map((node) => node.prefixes()));
      return !seen.slice(0, 2).some((all) => prefixes.some((prefix) => all.includes(prefix)));
    };
    expect(
      await eventually(
        () => lacking(first.routes),
        (isGone) => isGone,
      ),
    ).toBe(true);
    const running = site.start('apply', ...site.sockets, '--gate-timeout', '8s');
    const state: { ended: Ended | undefined } = { ended: undefined };
    const ended = running.ended.then((result) => (state.ended = result));
    while (state.ended === undefined) {
      if (site.journal().some((line) => line.includes('Node(rr-1)'))) await last.birdc('disable announced');
      await sleep(20);
    }
    const stop = await ended;
    expect([stop.exit, await site.meshIsOn(), await lacking(first.routes)]).toEqual([3, true, false]);
    expect(stop.stderr).toContain(`hint: rr-1: it no longer sees the IPv4 prefix ${gone}\n`);
    const again = await site.run('resume', ...site.sockets, '--measure-again');
    expect([again.exit, await site.meshIsOn()]).toEqual([0, false]);
  });
});
