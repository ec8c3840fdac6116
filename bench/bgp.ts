/**
 * How the time of `bgp sessions`, `bgp lint` and `bgp convert plan` grows with a cluster, in a folder of manifests.
 *
 *     node bench/bgp.ts [--nodes N,N,…] [--rounds N] [--layout NAME]...
 *
 * All sizes of a row run in turns. A mesh has N(N-1)/2 sessions, so its time grows with the square of the nodes; the time of one session must not
 * grow. Run `npm run build` first.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { commandLoaders } from '../src/commands/index.ts';
import { makeFolder } from '../test/servers/process.ts';
import { measure } from './lib/measure.ts';
import { median } from './lib/statistics.ts';

const RUN = join(import.meta.dirname, '../bin/run.js');
const PLAN = 'bgp convert plan';

interface Layout {
  /** what stands beside the nodes */
  readonly others: readonly string[];
  /** of so many nodes: sessions in both families, each counted once */
  readonly sessions: (nodes: number) => number;
  /** commands that make sense of it */
  readonly commands: readonly string[];
}

const REFLECTORS = 4;

const MESH_OFF = `apiVersion: projectcalico.org/v3
kind: BGPConfiguration
metadata: {name: default}
spec: {nodeToNodeMeshEnabled: false}
`;

const peering = (peerSelector: string): string => `apiVersion: projectcalico.org/v3
kind: BGPPeer
metadata: {name: peering}
spec: {nodeSelector: all(), peerSelector: ${peerSelector}}
`;

const LOOKS = ['bgp sessions', 'bgp lint'];

const LAYOUTS: Readonly<Record<string, Layout>> = {
  mesh: { others: [], sessions: (nodes) => nodes * (nodes - 1), commands: [...LOOKS, PLAN] },
  reflectors: {
    others: [MESH_OFF, peering('has(reflector)')],
    sessions: (nodes) => {
      const reflectors = Math.min(REFLECTORS, nodes);
      return reflectors * (reflectors - 1) + 2 * reflectors * (nodes - reflectors);
    },
    commands: LOOKS,
  },
  'mesh of a BGPPeer': {
    others: [MESH_OFF, peering('all()')],
    sessions: (nodes) => nodes * (nodes - 1),
    commands: LOOKS,
  },
};

/** One file an object, as the local datastore writes them. Every node has an address in both families. @returns the folder */
function writeCluster({ others }: Layout, isReflected: boolean, nodes: number): string {
  const folder = makeFolder('bench');
  mkdirSync(join(folder, 'nodes'));
  for (let index = 0; index < nodes; index++) {
    const name = `node-${String(index).padStart(5, '0')}`;
    const reflects = isReflected && index < REFLECTORS;
    const bgp = [
      `ipv4Address: 10.${index >> 16}.${(index >> 8) & 255}.${index & 255}/8`,
      `ipv6Address: "fd00::1:${index.toString(16)}/64"`,
      ...(reflects ? [`routeReflectorClusterID: 244.0.0.${1 + (index % 2)}`] : []),
    ];
    const labels = [`rack: r${index % 20}`, ...(reflects ? ['reflector: "true"'] : [])];
    const text = `apiVersion: projectcalico.org/v3
kind: Node
metadata: {name: ${name}, labels: {${labels.join(', ')}}}
spec: {bgp: {${bgp.join(', ')}}}
`;
    writeFileSync(join(folder, 'nodes', `${name}.yaml`), text);
  }
  for (const [index, text] of others.entries()) writeFileSync(join(folder, `${index}.yaml`), text);
  return folder;
}

interface Point {
  readonly nodes: number;
  readonly sessions: number;
  readonly milliseconds: number;
}

async function growth(
  layout: string,
  command: string,
  sizes: readonly number[],
  rounds: number,
): Promise<readonly Point[]> {
  const found = LAYOUTS[layout];
  if (found === undefined) throw new Error(`--layout ${layout}: there are ${Object.keys(LAYOUTS).join(', ')}`);
  process.stderr.write(`${layout}: ${command}\n`);
  const sides = sizes.map((nodes) => {
    const folder = writeCluster(found, layout === 'reflectors', nodes);
    const args = command === PLAN ? ['--count', '2', '--out', join(makeFolder('bench'), 'plan.yaml')] : [];
    return {
      name: String(nodes),
      command: [process.execPath, RUN, ...command.split(' '), ...args, '--allow-version-mismatch'],
      env: { DATASTORE_TYPE: 'local', CALICO_LOCAL_DIR: folder },
    };
  });
  const measured = await measure(sides, { rounds });
  return measured.map(({ runs }, index) => {
    const nodes = sizes[index] ?? 0;
    const milliseconds = median(runs.map((run) => run.milliseconds));
    return { nodes, sessions: found.sessions(nodes), milliseconds };
  });
}

/** Rows of a table in Markdown: the time, and how much it and the sessions have grown since the size before. */
function rows(layout: string, command: string, points: readonly Point[]): readonly string[] {
  return points.map(({ nodes, sessions, milliseconds }, index) => {
    const before = points[index - 1];
    const cells = [
      layout,
      command,
      nodes,
      sessions,
      milliseconds.toFixed(0),
      (milliseconds / nodes).toFixed(2),
      ((milliseconds * 1000) / sessions).toFixed(1),
      before === undefined ? '' : `${(milliseconds / before.milliseconds).toFixed(2)}×`,
      before === undefined ? '' : `${(sessions / before.sessions).toFixed(2)}×`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
}

function positives(text: string, flag: string): readonly number[] {
  return text.split(',').map((part) => {
    const number = Number(part);
    if (!Number.isInteger(number) || number < 2) throw new Error(`--${flag} ${text}: expected whole numbers from 2`);
    return number;
  });
}

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '100,200,500,1000' },
    rounds: { type: 'string', default: '3' },
    layout: { type: 'string', multiple: true, default: Object.keys(LAYOUTS) },
  },
});
const sizes = positives(values.nodes, 'nodes');
const rounds = Math.max(1, Number(values.rounds));
console.log('| layout | command | nodes | sessions | ms | ms per node | µs per session | time | sessions |');
console.log('| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
for (const layout of values.layout)
  for (const command of LAYOUTS[layout]?.commands ?? [''])
    if (command === '' || command in commandLoaders)
      for (const row of rows(layout, command, await growth(layout, command, sizes, rounds))) console.log(row);
