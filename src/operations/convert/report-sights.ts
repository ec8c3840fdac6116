/** Sights of nodes that report through CalicoNodeStatus objects. */
import type { Context } from '../../context.ts';
import { FAMILIES } from '../../bgp/model.ts';
import type { Family } from '../../bgp/model.ts';
import type { SeenRoutes } from '../../bird/routes.ts';
import { Unauthorized } from '../../datastore/errors.ts';
import { atMost } from '../at-most.ts';
import type { NodeReport } from '../node-report.ts';
import { ReportObjects } from '../report-objects.ts';
import type { ResourceClient } from '../resource-client.ts';
import { Stopped } from './stopped.ts';
import { unseen } from './sight.ts';
import type { Sight, SightSource, Watched } from './sight.ts';

const PAUSE_MILLISECONDS = 1000;

export interface ReportSightOptions {
  /** how many nodes report at the same time */
  readonly atOnce: number;
  /** milliseconds for the report of one node */
  readonly reportTimeout: number;
  /** the world for cleaning up when this command was ended */
  readonly elsewhere: () => Promise<Context>;
}

/**
 * Every look has every node make a report of its own, so that none is older than the look.
 * @throws {Stopped} for a folder of manifests, and the datastore's errors
 */
export async function reportSights(client: ResourceClient, options: ReportSightOptions): Promise<SightSource> {
  const { signal } = client.session.context;
  if (client.type === 'local')
    throw new Stopped('precondition', 'no node reports into a folder of manifests, so that no gate could be held', [
      'name the BIRD sockets of every node with --sockets NODE=FOLDER or --socket-dir',
    ]);
  const objects = await ReportObjects.open(client, { routes: true });
  const ask = async ({ name, families }: Watched): Promise<Sight> => {
    try {
      return sightFrom(await objects.report(name, options.reportTimeout), families);
    } catch (error) {
      signal.throwIfAborted();
      // Asking again changes nothing for one who may not ask.
      if (!(error instanceof Error) || error instanceof Unauthorized) throw error;
      return unseen(error.message);
    }
  };
  return {
    canSee: () => true,
    check: () => Promise.resolve(),
    pause: PAUSE_MILLISECONDS,
    look: (nodes, seen) =>
      atMost(options.atOnce, nodes, async (node) => {
        seen(node.name, await ask(node));
      }),
    close: () => objects.close(options.elsewhere),
  };
}

function sightFrom({ daemons, routes }: NodeReport, families: readonly Family[]): Sight {
  if (families.some((family) => daemons[family].state === 'NotReady')) return unseen('BIRD is not ready there');
  const sessions = FAMILIES.flatMap((family) =>
    daemons[family].sessions.map(({ type, address, bgpState }) => {
      const up = bgpState === 'Established';
      return { family, type, address, up, state: up ? '' : (bgpState ?? 'unknown') };
    }),
  );
  const told = (family: Family): SeenRoutes | null => (families.includes(family) ? routes[family] : null);
  return { problem: '', sessions, routes: { ipv4: told('ipv4'), ipv6: told('ipv6') } };
}
