/** What the writes of a command do to BGP, in sentences. Loaded when a command writes what decides about sessions. */
import { newCuts, newRisks, peerSessions } from '../bgp/cuts.ts';
import type { Finding } from '../bgp/cuts.ts';
import { bgpCluster } from '../bgp/model.ts';
import { identifier, refOf } from '../kinds/resource.ts';
import type { Resource } from '../kinds/resource.ts';
import { isJsonObject } from '../kinds/schema.ts';
import type { Json } from '../kinds/schema.ts';
import { describeNotice } from '../manifests/manifest.ts';
import type { Effect } from './outcome.ts';

/** Findings that are told at most. */
const TOLD = 10;

/** Lines about writes, with their places where the causes came from a file; the first of a rule says what to do. */
export interface Told {
  /** what they break and was well before */
  readonly cuts: readonly string[];
  /** what else is worth knowing of them */
  readonly risks: readonly string[];
}

/**
 * What the writes of a command do to BGP.
 * @param stored what the datastore holds; whether that is before, between or after the writes does not matter
 * @param most where BGPPeers make more sessions than these, nothing is said
 */
export function describeCuts(stored: readonly Resource[], effects: readonly Effect[], most = Infinity): Told {
  const before = new Map(stored.map((resource) => [keyOf(resource), resource]));
  const after = new Map(before);
  const done = new Set<string>();
  for (const effect of effects) {
    const subject = effect.before ?? effect.after;
    if (subject === undefined) continue;
    const key = keyOf(subject);
    // Of several writes of one object the first tells what was there, the last what is there now.
    if (!done.has(key)) put(before, key, effect.before);
    put(after, key, effect.after);
    done.add(key);
  }
  const [was, is] = [before, after].map((resources) => bgpCluster([...resources.values()]));
  if (was === undefined || is === undefined || JSON.stringify(was) === JSON.stringify(is)) return NOTHING;
  if (most < Infinity && Math.max(peerSessions(was), peerSessions(is)) > most) return NOTHING;
  return { cuts: lines(newCuts(was, is), effects), risks: lines(newRisks(was, is), effects) };
}

const NOTHING: Told = { cuts: [], risks: [] };

function lines(findings: readonly Finding[], effects: readonly Effect[]): readonly string[] {
  const told = findings.slice(0, TOLD).map((finding, index, all) => {
    const isFirst = all.findIndex(({ rule }) => rule === finding.rule) === index;
    return describe(finding, effects, isFirst);
  });
  const more = findings.length - told.length;
  return more === 0 ? told : [...told, `and ${more} more findings like these: see calicoctl bgp lint`];
}

const keyOf = (resource: Resource): string => identifier(refOf(resource));

function put(resources: Map<string, Resource>, key: string, resource: Resource | undefined): void {
  if (resource === undefined) resources.delete(key);
  else resources.set(key, resource);
}

function describe(finding: Finding, effects: readonly Effect[], isExplained: boolean): string {
  const { message, rule } = finding;
  const problem = `with this write ${message} (${rule.id})${isExplained ? `. ${rule.help}` : ''}`;
  const cause = causeOf(finding, effects);
  const source = cause?.target.source;
  if (cause === undefined || source === undefined) return problem;
  const isMeant = isAbout(cause, finding.subject.kind, [finding.subject.name]) || changesField(cause, finding);
  const path = (isMeant ? finding.path : undefined) ?? changedField(cause);
  return describeNotice({ file: source.file, ...source.position(path), path, problem });
}

/**
 * The write that probably brought it about: that of the subject, of a node that it concerns, or of anything else; before those the one of them that
 * changed the field that it is about.
 */
function causeOf(finding: Finding, effects: readonly Effect[]): Effect | undefined {
  const { subject, nodes } = finding;
  const near = [
    ...effects.filter((effect) => isAbout(effect, subject.kind, [subject.name])),
    ...effects.filter((effect) => isAbout(effect, 'Node', nodes)),
  ];
  return near.find((effect) => changesField(effect, finding)) ?? near[0] ?? effects[0];
}

const isAbout = ({ target: { resource } }: Effect, kind: string, names: readonly string[]): boolean =>
  resource.kind === kind && names.includes(resource.metadata.name ?? '');

/** Whether a write changed the field that a finding is about, in an object of its subject's kind. */
function changesField({ target, before, after }: Effect, { subject, path }: Finding): boolean {
  if (path === undefined || target.kind.name !== subject.kind || after === undefined) return false;
  const field = path.replace(/^spec\./, '');
  return JSON.stringify(valueAt(before?.spec, field)) !== JSON.stringify(valueAt(after.spec, field));
}

/** Fields that decide about sessions, those that cut off most first. */
const DECISIVE: Readonly<Record<string, readonly string[]>> = {
  Node: ['bgp.routeReflectorClusterID', 'bgp.asNumber', 'bgp.ipv4Address', 'bgp.ipv6Address'],
  BGPConfiguration: ['nodeToNodeMeshEnabled', 'asNumber', 'listenPort', 'nodeMeshPassword'],
  BGPPeer: [
    'nodeSelector',
    'node',
    'peerSelector',
    'peerIP',
    'asNumber',
    'localASNumber',
    'reversePeering',
    'password',
  ],
};

/** JSON path of the field that the write changed. */
function changedField({ before, after, target }: Effect): string {
  if (after === undefined) return 'metadata.name';
  const differs = (valueOf: (resource: Resource | undefined) => unknown): boolean =>
    JSON.stringify(valueOf(before)) !== JSON.stringify(valueOf(after));
  const fields = DECISIVE[target.kind.name] ?? [];
  const field = fields.find((path) => differs((resource) => valueAt(resource?.spec, path)));
  if (field !== undefined) return `spec.${field}`;
  return differs((resource) => resource?.metadata.labels) ? 'metadata.labels' : 'spec';
}

function valueAt(object: Json | undefined, path: string): Json | undefined {
  let value = object;
  for (const key of path.split('.')) value = isJsonObject(value) ? value[key] : undefined;
  return value;
}
