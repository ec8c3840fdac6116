import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { planToMesh } from '../../../src/bgp/convert/to-mesh.ts';
import { planToReflectors } from '../../../src/bgp/convert/to-reflectors.ts';
import { withWrites } from '../../../src/bgp/convert/writes.ts';
import type { Resource } from '../../../src/kinds/resource.ts';
import type { JsonObject } from '../../../src/kinds/schema.ts';
import { isJsonObject } from '../../../src/kinds/schema.ts';
import { planDocument, planId, readPlan } from '../../../src/operations/convert/plan-file.ts';
import type { StoredPlan } from '../../../src/operations/convert/plan-file.ts';
import { formatYaml } from '../../../src/output/yaml.ts';
import { failure } from '../../doubles/world.ts';
import { diskFiles } from '../../../src/cli/files.ts';
import { memoryFiles } from '../../config/memory-files.ts';
import { node } from '../node-support.ts';
import { SETTINGS } from './support.ts';

const configuration: Resource = {
  apiVersion: 'projectcalico.org/v3',
  kind: 'BGPConfiguration',
  metadata: { name: 'default' },
  spec: { nodeMeshPassword: { secretKeyRef: { name: 'bgp', key: 'mesh' } }, nodeMeshMaxRestartTime: '5m0s' },
};
const resources = [node('a', '10.0.0.1'), node('b', '10.0.0.2'), node('c', '10.0.0.3'), configuration];
const world = new Map([
  ['Node(b)', '22'],
  ['Node(a)', '11'],
]);
const { plan } = planToReflectors(resources, new Map([['a', 2]]), {
  settings: { ...SETTINGS, label: { key: 'calico/rr', value: 'true' } },
  choice: { type: 'names', names: ['a', 'b'] },
  allowSingle: false,
});
const there: StoredPlan = { plan, world };
const converted = withWrites(
  resources,
  plan.steps.flatMap(({ writes }) => writes),
);
const back: StoredPlan = { plan: planToMesh(converted).plan, world };

const read = (text: string): Promise<StoredPlan> => readPlan({ files: memoryFiles({ plan: text }) }, 'plan');
const changed = (edit: (spec: JsonObject) => JsonObject): string => {
  const { spec, ...document } = planDocument(there);
  return formatYaml({ ...document, spec: edit(isJsonObject(spec) ? spec : {}) });
};

describe('a plan in a file', () => {
  it.each([
    ['to reflectors', there],
    ['to a mesh', back],
  ])('is what it was when it is read again: %s', async (_, stored) => {
    const text = formatYaml(planDocument(stored));
    const again = await read(text);
    expect(again).toEqual({ ...stored, world: new Map([...world].toReversed()) });
    expect([formatYaml(planDocument(again)), await planId(again)]).toEqual([text, await planId(stored)]);
  });

  it('has another identity when it was edited', async () => {
    const edited = await read(changed((spec) => ({ ...spec, clusterID: '244.0.0.2' })));
    expect(await planId(edited)).not.toBe(await planId(there));
  });

  it.each([
    ['no YAML', 'a: [', /^plan is no plan of bgp convert: /],
    ['no object', 'text', 'plan is no plan of bgp convert: it is no object'],
    [
      'another kind',
      'kind: Node\napiVersion: projectcalico.org/v3',
      'plan is no plan of bgp convert: its kind is Node, not BGPConversionPlan',
    ],
    [
      'another version',
      'kind: BGPConversionPlan\napiVersion: calicoctl.projectcalico.org/v9',
      'plan is no plan of bgp convert: its apiVersion is calicoctl.projectcalico.org/v9, and this program reads calicoctl.projectcalico.org/v1',
    ],
    ['an unknown field', changed((spec) => ({ ...spec, step: 1 })), /line \d+: json: unknown field "step"$/],
    [
      'no target',
      changed((spec) => ({ ...spec, to: 'moon' })),
      'plan is no plan of bgp convert: spec.to is neither reflectors nor mesh',
    ],
    [
      'a missing setting',
      changed(({ peerName: _, ...spec }) => spec),
      'plan is no plan of bgp convert: spec.peerName is missing',
    ],
    [
      'a write to something else',
      changed((spec) => ({
        ...spec,
        steps: [{ writes: [{ action: 'delete', kind: 'IPPool', name: 'x', spec: {} }] }],
      })),
      'plan is no plan of bgp convert: a write to IPPool(x) is none of a plan',
    ],
    [
      'the end of a node',
      changed((spec) => ({ ...spec, steps: [{ writes: [{ action: 'delete', kind: 'Node', name: 'a', spec: {} }] }] })),
      'plan is no plan of bgp convert: delete of Node(a) is no write of a plan',
    ],
    [
      'a change elsewhere',
      changed((spec) => ({
        ...spec,
        steps: [
          { writes: [{ action: 'update', kind: 'Node', name: 'a', changes: [{ path: '/status/x', after: 1 }] }] },
        ],
      })),
      'plan is no plan of bgp convert: /status/x is no place that a plan changes',
    ],
  ])('is refused for %s', async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it('is missed in words where there is none, or where it cannot be read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'calicoctl-plan-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const missing = join(folder, 'nope.yaml');
    expect(await failure(readPlan({ files: diskFiles }, missing))).toMatchObject({
      message: `there is no plan ${missing}`,
      hints: [`make one with: calicoctl bgp convert plan --out ${missing}`],
    });
    expect(await failure(readPlan({ files: diskFiles }, folder))).toMatchObject({
      message: `the plan cannot be read: read ${folder}: is a directory`,
    });
  });
});
