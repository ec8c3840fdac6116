/** Plans as files that people review and programs read. */
import type { Context } from '../../context.ts';
import type { Counts, Plan, Step } from '../../bgp/convert/plan.ts';
import { stableText } from '../../bgp/convert/writes.ts';
import type { FieldChange, Write } from '../../bgp/convert/writes.ts';
import { decodeStruct } from '../../kinds/decode.ts';
import { field, int, isJsonObject, list, map, raw, struct, text, typed } from '../../kinds/schema.ts';
import type { Infer, Json, JsonObject } from '../../kinds/schema.ts';
import { YamlError } from '../../manifests/yaml/error.ts';
import { OperationError } from '../errors.ts';

const VERSION = 'calicoctl.projectcalico.org/v1';
const KIND = 'BGPConversionPlan';

/** A plan, and what the cluster was when it was made. */
export interface StoredPlan {
  readonly plan: Plan;
  /** fingerprints of the resources that decide about BGP, by `Kind(name)` */
  readonly world: ReadonlyMap<string, string>;
}

const counts = struct('plan.Counts', {
  ipv4Sessions: field('IPv4Sessions', int()),
  ipv6Sessions: field('IPv6Sessions', int()),
  mostOnOneNode: field('MostOnOneNode', int()),
});

const write = struct('plan.Write', {
  action: field('Action', text()),
  kind: field('Kind', text()),
  name: field('Name', text()),
  changes: field(
    'Changes',
    list(
      struct('plan.Change', {
        after: field('After', raw()),
        before: field('Before', raw()),
        path: field('Path', text()),
      }),
    ),
  ),
  labels: field('Labels', map(text())),
  annotations: field('Annotations', map(text())),
  spec: field('Spec', raw()),
});

const step = struct('plan.Step', {
  does: field('Does', text()),
  gate: field('Gate', text()),
  number: field('Number', int()),
  risk: field('Risk', text()),
  sessionsAfter: field('SessionsAfter', counts),
  writes: field('Writes', list(write)),
});

const spec = struct('plan.Spec', {
  to: field('To', text()),
  nodes: field('Nodes', int()),
  reflectors: field('Reflectors', list(text())),
  clusterID: field('ClusterID', text()),
  label: field('Label', struct('plan.Label', { key: field('Key', text()), value: field('Value', text()) })),
  peerName: field('PeerName', text()),
  sessionsBefore: field('SessionsBefore', counts),
  steps: field('Steps', list(step)),
  warnings: field('Warnings', list(text())),
});

const document = struct('plan.BGPConversionPlan', {
  apiVersion: field('APIVersion', text()),
  kind: field('Kind', text()),
  spec: field('Spec', spec),
  world: field('World', map(text())),
});

/** The document of a plan. It depends on nothing but the plan: no time, no name of a machine. */
export function planDocument({ plan, world }: StoredPlan): JsonObject {
  const { to, nodes, reflectors, settings, before, steps, warnings } = plan;
  return {
    apiVersion: VERSION,
    kind: KIND,
    spec: {
      to,
      nodes,
      reflectors: [...reflectors],
      ...(settings === undefined
        ? {}
        : { clusterID: settings.clusterId, label: { ...settings.label }, peerName: settings.peer }),
      sessionsBefore: countsJson(before),
      steps: steps.map(stepJson),
      ...(warnings.length === 0 ? {} : { warnings: [...warnings] }),
    },
    world: Object.fromEntries([...world].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function stepJson({ does, gate, risk, after, writes }: Step, index: number): Json {
  return { number: index + 1, does, gate, risk, sessionsAfter: countsJson(after), writes: writes.map(writeJson) };
}

const countsJson = ({ sessions, most }: Counts): Json => ({
  ipv4Sessions: sessions.ipv4,
  ipv6Sessions: sessions.ipv6,
  mostOnOneNode: most,
});

function writeJson(given: Write): JsonObject {
  const { action, kind, name } = given;
  if (given.action === 'update') {
    const changes = given.changes.map(({ path, before, after }) => ({ path: pointerOf(path), before, after }));
    return { action, kind, name, changes };
  }
  const { labels, annotations, spec: contents } = given.object;
  const some = (texts: Readonly<Record<string, string>>): boolean => Object.keys(texts).length > 0;
  return {
    action,
    kind,
    name,
    ...(some(labels) ? { labels: { ...labels } } : {}),
    ...(some(annotations) ? { annotations: { ...annotations } } : {}),
    spec: contents,
  };
}

/** A JSON pointer (RFC 6901). */
export function pointerOf(path: readonly string[]): string {
  return path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

const pathOf = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));

/** What identifies a plan: an edited one has another. */
export async function planId(stored: StoredPlan): Promise<string> {
  return fingerprint(stableText(planDocument(stored)));
}

/** 16 hexadecimal digits of SHA-256. */
export async function fingerprint(content: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(content));
  return Buffer.from(digest).toString('hex').slice(0, 16);
}

/** Whether a text says that it is a plan. */
export const isPlanText = (content: string): boolean => new RegExp(`^kind: ${KIND}$`, 'm').test(content);

/** Reads a plan as strictly as a manifest. @throws {OperationError} when it is none, and the file's errors */
export async function readPlan({ files }: Pick<Context, 'files'>, path: string): Promise<StoredPlan> {
  const bad = (why: string, cause?: unknown): OperationError =>
    new OperationError(`${path} is no plan of bgp convert: ${why}`, [], cause);
  let content;
  try {
    content = await files.read(path);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ('code' in error && error.code === 'ENOENT')
      throw new OperationError(
        `there is no plan ${path}`,
        [`make one with: calicoctl bgp convert plan --out ${path}`],
        error,
      );
    throw new OperationError(`the plan cannot be read: ${error.message}`, [], error);
  }
  // By itself: commands that read no YAML do not load its reader.
  const { parseYaml } = await import('../../manifests/decode.ts');
  let root;
  try {
    ({ root } = parseYaml(content));
  } catch (error) {
    if (error instanceof YamlError) throw bad(error.message, error);
    throw error;
  }
  if (root.type !== 'map') throw bad('it is no object');
  const { value, problems } = decodeStruct(document, root, { coerce: false });
  const { apiVersion, kind, spec: planned = {}, world = {} } = typed(document, value);
  if (kind !== KIND) throw bad(`its kind is ${kind ?? 'missing'}, not ${KIND}`);
  if (apiVersion !== VERSION)
    throw bad(`its apiVersion is ${apiVersion ?? 'missing'}, and this program reads ${VERSION}`);
  const [problem] = problems;
  if (problem !== undefined) throw bad(`line ${problem.at.line}: ${problem.message}`);
  try {
    return { plan: planFrom(planned), world: new Map(Object.entries(world)) };
  } catch (error) {
    throw error instanceof Error ? bad(error.message, error) : error;
  }
}

function planFrom(given: Infer<typeof spec>): Plan {
  const {
    to,
    nodes = 0,
    reflectors = [],
    label,
    clusterID,
    peerName,
    sessionsBefore,
    steps = [],
    warnings = [],
  } = given;
  if (to !== 'reflectors' && to !== 'mesh') throw new TypeError('spec.to is neither reflectors nor mesh');
  const settings =
    to === 'mesh'
      ? undefined
      : {
          label: { key: needed(label?.key, 'spec.label.key'), value: label?.value ?? '' },
          clusterId: needed(clusterID, 'spec.clusterID'),
          peer: needed(peerName, 'spec.peerName'),
        };
  return {
    to,
    nodes,
    reflectors,
    settings,
    before: countsFrom(sessionsBefore),
    steps: steps.map(({ does = '', gate = '', risk = '', sessionsAfter, writes = [] }) => ({
      does,
      gate,
      risk,
      after: countsFrom(sessionsAfter),
      writes: writes.map(writeFrom),
    })),
    warnings,
  };
}

function countsFrom({ ipv4Sessions = 0, ipv6Sessions = 0, mostOnOneNode = 0 }: Infer<typeof counts> = {}): Counts {
  return { sessions: { ipv4: ipv4Sessions, ipv6: ipv6Sessions }, most: mostOnOneNode };
}

const KINDS = ['Node', 'BGPPeer', 'BGPConfiguration'];

function writeFrom(given: Infer<typeof write>): Write {
  const { action, kind = '', name = '', changes = [], labels = {}, annotations = {}, spec: contents } = given;
  if (!KINDS.includes(kind) || name === '') throw new TypeError(`a write to ${kind}(${name}) is none of a plan`);
  if (action === 'update') {
    const read = changes.map(({ path = '', before = null, after = null }): FieldChange => {
      if (!/^\/(spec|metadata\/labels)\/./.test(path)) throw new TypeError(`${path} is no place that a plan changes`);
      return { path: pathOf(path), before, after };
    });
    if (read.length === 0) throw new TypeError(`the update of ${kind}(${name}) changes nothing`);
    return { action, kind, name, changes: read };
  }
  if ((action !== 'create' && action !== 'delete') || kind === 'Node')
    throw new TypeError(`${action ?? 'no action'} of ${kind}(${name}) is no write of a plan`);
  if (!isJsonObject(contents)) throw new TypeError(`the write to ${kind}(${name}) has no spec`);
  return { action, kind, name, object: { labels, annotations, spec: contents } };
}

function needed(value: string | undefined, path: string): string {
  if (value === undefined || value === '') throw new TypeError(`${path} is missing`);
  return value;
}
