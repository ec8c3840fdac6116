/** The commands of the guide about route reflectors, in their order, on a network of real daemons. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { calicoctl } from '../doubles/program.ts';
import { findProgram, obtainMilliseconds } from '../servers/binaries.ts';
import { sharedEtcd } from '../servers/shared.ts';
import { etcdStore, startFabric } from './fabric.ts';
import { established, eventually } from './support.ts';

beforeAll(() => Promise.all((['bird', 'etcd-3.4'] as const).map(findProgram)), obtainMilliseconds);

const GUIDE = join(import.meta.dirname, '../../docs/guides/full-mesh-to-route-reflectors.md');

/** The lines of all blocks of shell commands. */
function commandsIn(text: string): readonly string[] {
  return [...text.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap(([, block = '']) => block.trimEnd().split('\n'));
}

it('works as the guide says, there and back', { timeout: 240_000 }, async () => {
  const store = etcdStore(await sharedEtcd());
  await store.wipe();
  onTestFinished(() => store.close());
  const names = ['rr-1', 'rr-2', 'rr-3', 'w-1'];
  const fabric = await startFabric({ store, nodes: names.map((name) => ({ name })), quick: true, respond: true });
  onTestFinished(() => fabric.stop());
  const isMesh = (up: Readonly<Record<string, string>>) =>
    Object.values(up).every((all) => /^(Mesh_\S+ ?){3}$/.test(all));
  expect(isMesh(await eventually(() => established(fabric.nodes), isMesh))).toBe(true);
  const cwd = mkdtempSync(join(tmpdir(), 'calicoctl-guide-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));

  const commands = commandsIn(readFileSync(GUIDE, 'utf8'));
  const answers = new Map<string, string>();
  for (const command of commands) {
    const [program, ...args] = command.split(' ');
    expect(program).toBe('calicoctl');
    const { exit, stdout, stderr } = await calicoctl(['--allow-version-mismatch', ...args], {
      env: store.environment,
      cwd,
    });
    expect({ command, exit, stderr: exit === 0 ? '' : stderr }).toEqual({ command, exit: 0, stderr: '' });
    answers.set(command, stdout);
  }
  expect(answers.get('calicoctl bgp convert resume to-reflectors.yaml --yes')).toBe('Nothing to do\n');
  expect(
    answers
      .get('calicoctl bgp reflectors list')
      ?.split('\n')
      .map((line) => line.trimEnd()),
  ).toEqual([
    'NODE   CLUSTERID   IPV4         IPV6   CLIENTS   WORKLOADS   BGPPEERS',
    'rr-1   244.0.0.1   127.0.0.11   -      2         0           route-reflectors',
    'rr-2   244.0.0.1   127.0.0.12   -      2         0           route-reflectors',
    '',
    'The node-to-node mesh is off.',
    '',
  ]);
  expect(answers.get('calicoctl bgp reflectors add rr-3 --yes')).toContain('reflector rr-3 added\n');
  expect(isMesh(await eventually(() => established(fabric.nodes), isMesh))).toBe(true);
});
