/** What every datastore must hold before the first object: ClusterInformation and the built-in tiers. */
import { AlreadyExists, Conflict } from '../datastore/errors.ts';
import { requireKind } from '../kinds/index.ts';
import { withSpec } from '../kinds/object.ts';
import { API_VERSION } from '../kinds/resource.ts';
import type { Resource } from '../kinds/resource.ts';
import type { JsonObject } from '../kinds/schema.ts';
import { BUILT_IN_TIERS } from '../kinds/built-in-tiers.ts';
import { newMetadata, randomGuid } from './identity.ts';
import type { Session } from './session.ts';

/**
 * Creates what is missing, once in a session, as the Go client's EnsureInitialized does with no version and no cluster type. Never under dry run.
 * @throws the first error of a step, after all steps were tried
 */
export async function initialise(session: Session): Promise<void> {
  if (!session.dryRun) await session.initialised(() => create(session));
}

async function create(session: Session): Promise<void> {
  const steps = await Promise.allSettled([ensureInformation(session), ensureTiers(session)]);
  for (const step of steps) if (step.status === 'rejected') throw step.reason;
}

async function ensureInformation(session: Session): Promise<void> {
  const kind = requireKind('ClusterInformation');
  const type = session.datastore.type === 'kubernetes' ? 'kdd' : '';
  const stored = await session.clusterInformation();
  const before = stored?.spec ?? {};
  const { clusterGUID, clusterType, datastoreReady } = before;
  const types = typeof clusterType === 'string' ? clusterType : '';
  const spec: JsonObject = {
    ...before,
    clusterGUID: clusterGUID ?? randomGuid(),
    datastoreReady: datastoreReady ?? true,
    clusterType: type === '' || types.split(',').includes(type) ? types : types === '' ? type : `${types},${type}`,
  };
  try {
    if (stored === undefined) {
      const metadata = newMetadata({ name: 'default' }, session.context.now());
      const fresh: Resource = { kind: kind.name, apiVersion: API_VERSION, metadata, spec: {} };
      await session.datastore.create(withSpec(kind, fresh, spec));
    } else if (clusterGUID !== spec['clusterGUID'] || datastoreReady === undefined || types !== spec['clusterType']) {
      await session.datastore.update(withSpec(kind, stored, spec));
    }
  } catch (error) {
    // Somebody else initialises at the same time and writes the same.
    if (!(error instanceof AlreadyExists) && !(error instanceof Conflict)) throw error;
  }
}

async function ensureTiers(session: Session): Promise<void> {
  const kind = requireKind('Tier');
  const existing = new Set((await session.datastore.list({ kind: 'Tier' })).items.map(({ metadata }) => metadata.name));
  for (const { name, order, defaultAction } of BUILT_IN_TIERS) {
    if (existing.has(name)) continue;
    const metadata = newMetadata({ name }, session.context.now());
    const tier: Resource = { kind: kind.name, apiVersion: API_VERSION, metadata, spec: {}, status: {} };
    try {
      await session.datastore.create(withSpec(kind, tier, { order, defaultAction }));
    } catch (error) {
      if (!(error instanceof AlreadyExists)) throw error;
    }
  }
}
