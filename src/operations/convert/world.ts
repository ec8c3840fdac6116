/** The resources that a conversion relies on: read, compared with what they were, and written. */
import { labelsIn } from '../../bgp/convert/reflector-peers.ts';
import type { Plan } from '../../bgp/convert/plan.ts';
import { idOf, named, stableText, stateOf, undone, withWrites, written } from '../../bgp/convert/writes.ts';
import type { Write, WriteState } from '../../bgp/convert/writes.ts';
import { bgpCluster } from '../../bgp/model.ts';
import type { BgpCluster } from '../../bgp/model.ts';
import { AlreadyExists, Conflict, NotFound } from '../../datastore/errors.ts';
import { withSchemaDefaults } from '../../kinds/check.ts';
import { requireKind } from '../../kinds/index.ts';
import { withSpec } from '../../kinds/object.ts';
import { refOf } from '../../kinds/resource.ts';
import type { Resource } from '../../kinds/resource.ts';
import { isJsonObject } from '../../kinds/schema.ts';
import { BGP_KINDS } from '../bgp-view.ts';
import type { ResourceClient } from '../resource-client.ts';
import { fingerprint } from './plan-file.ts';
import { Stopped } from './stopped.ts';

/** Another writer may be faster; then the object is read and judged again so many times. */
const TRIES = 5;

/** The cluster at one moment. */
export interface World {
  readonly resources: readonly Resource[];
  readonly byId: ReadonlyMap<string, Resource>;
  readonly cluster: BgpCluster;
}

/** Reads Nodes, BGPPeers and BGPConfigurations. @throws the datastore's errors */
export async function readWorld(client: ResourceClient): Promise<World> {
  return worldOf((await Promise.all(BGP_KINDS.map((kind) => client.list(kind)))).flat());
}

export function worldOf(resources: readonly Resource[]): World {
  return {
    resources,
    byId: new Map(resources.map((resource) => [idOf(named(resource)), resource])),
    cluster: bgpCluster(resources),
  };
}

/** All writes of a plan in their order. */
export const writesOf = ({ steps }: Plan): readonly Write[] => steps.flatMap(({ writes }) => writes);

/** Fingerprints of everything that decides about sessions, as if no write of the plan had been made. */
export async function fingerprints(world: World, plan: Plan): Promise<ReadonlyMap<string, string>> {
  const made = writesOf(plan).filter((write) => stateIn(world, write) === 'after');
  const resources = withWrites(world.resources, made.toReversed().map(undone));
  const looked = lookedAt(resources, plan);
  const entries = resources.map(async (resource): Promise<[string, string]> => {
    return [idOf(named(resource)), await fingerprint(stableText(essence(resource, looked)))];
  });
  return new Map(await Promise.all(entries));
}

/** Labels that selectors look at. Other labels come and go without meaning anything for BGP. */
function lookedAt(resources: readonly Resource[], { settings }: Plan): ReadonlySet<string> {
  const { peers } = bgpCluster(resources);
  const selectors = peers.flatMap(({ nodeSelector, peerSelector }) => [
    ...labelsIn(nodeSelector),
    ...labelsIn(peerSelector),
  ]);
  return new Set(settings === undefined ? selectors : [...selectors, settings.label.key]);
}

function essence({ kind, metadata, spec }: Resource, looked: ReadonlySet<string>) {
  if (kind !== 'Node') return withSchemaDefaults(requireKind(kind).spec, spec);
  const bgp = isJsonObject(spec['bgp']) ? spec['bgp'] : {};
  const { ipv4Address, ipv6Address, asNumber, routeReflectorClusterID } = bgp;
  const labels = Object.entries(metadata.labels ?? {}).filter(([key]) => looked.has(key));
  return { ipv4Address, ipv6Address, asNumber, routeReflectorClusterID, labels: Object.fromEntries(labels) };
}

/** What is different, in words; empty when nothing is. */
export function differences(planned: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): readonly string[] {
  const texts = [...now].flatMap(([id, print]) => {
    const before = planned.get(id);
    if (before === undefined) return [`${id} was not there when the plan was made`];
    return before === print ? [] : [`${id} has changed since the plan was made`];
  });
  return [...texts, ...[...planned.keys()].filter((id) => !now.has(id)).map((id) => `${id} is gone`)].sort();
}

/** Which state a write is in. What the datastore fills in by itself makes no difference. */
export function stateIn({ byId }: Pick<World, 'byId'>, write: Write): WriteState {
  return stateNow(write, byId.get(idOf(write)));
}

function stateNow(write: Write, stored: Resource | undefined): WriteState {
  if (write.action === 'update') return stateOf(write, stored);
  const { spec: schema } = requireKind(write.kind);
  const filled = { ...write, object: { ...write.object, spec: withSchemaDefaults(schema, write.object.spec) } };
  return stateOf(
    filled,
    stored === undefined ? undefined : { ...stored, spec: withSchemaDefaults(schema, stored.spec) },
  );
}

/**
 * Makes one write against the revision that is read for it.
 * @returns the object afterwards; undefined when it was taken away
 * @throws {Stopped} when the object is not as planned, and the datastore's errors
 */
export async function makeWrite(client: ResourceClient, write: Write): Promise<Resource | undefined> {
  const ref = { kind: write.kind, name: write.name };
  for (let attempt = 1; ; attempt++) {
    const stored = await client.find(ref);
    const state = stateNow(write, stored);
    if (state === 'after') return stored;
    if (state === 'other') throw changed(write);
    try {
      const made = written(write, stored);
      const next = made === undefined ? undefined : withSpec(requireKind(made.kind), made, made.spec);
      if (next === undefined) {
        await client.delete(ref, stored?.metadata.resourceVersion);
        return undefined;
      }
      return await (stored === undefined ? client.create(next) : client.update(next, stored));
    } catch (error) {
      const lost = error instanceof Conflict || error instanceof AlreadyExists || error instanceof NotFound;
      if (!lost) throw error;
      if (attempt === TRIES) throw changed(write, error);
    }
  }
}

function changed(write: Write, cause?: unknown): Stopped {
  return new Stopped('conflict', `${idOf(write)} is not as planned: somebody else has changed it`, [], cause);
}

/** Labels and spec of an object, with what the datastore or the client fill in: what must be again after a rollback. null: there is none. */
export function contentOf(resource: Resource | undefined) {
  if (resource === undefined) return null;
  const spec = withSchemaDefaults(requireKind(resource.kind).spec, resource.spec);
  return { ...refOf(resource), labels: { ...resource.metadata.labels }, spec };
}
