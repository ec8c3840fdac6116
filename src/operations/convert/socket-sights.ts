/** Sights of nodes whose BIRD daemons can be asked directly. */
import type { Family } from '../../bgp/model.ts';
import { whyNotUp } from '../../bird/explain.ts';
import { RoutesReader } from '../../bird/routes.ts';
import type { SeenRoutes } from '../../bird/routes.ts';
import { isUp } from '../../bird/session.ts';
import { BirdUnreachable, connectBird } from '../../bird/socket.ts';
import { atMost } from '../at-most.ts';
import { askDaemon } from '../bird-daemons.ts';
import type { DaemonReport } from '../bird-daemons.ts';
import type { ResourceClient } from '../resource-client.ts';
import { unseen } from './sight.ts';
import type { SeenSession, Sight, SightSource, Watched } from './sight.ts';

const AT_ONCE = 20;
const PAUSE_MILLISECONDS = 500;

/** @param folderOf the folder of a node's sockets `bird.ctl` and `bird6.ctl`; undefined where none is known */
export function socketSights(
  client: ResourceClient,
  folderOf: (node: string) => string | undefined,
): Promise<SightSource> {
  const { signal } = client.session.context;
  return Promise.resolve({
    canSee: (node) => folderOf(node) !== undefined,
    pause: PAUSE_MILLISECONDS,
    look: (nodes, seen) =>
      atMost(AT_ONCE, nodes, async (node) => {
        seen(node.name, await sightOf(node, folderOf(node.name), signal));
      }),
    close: () => Promise.resolve(),
  });
}

async function sightOf({ families }: Watched, folder: string | undefined, signal: AbortSignal): Promise<Sight> {
  if (folder === undefined) return unseen('no folder of BIRD sockets was named for it');
  const sessions: SeenSession[] = [];
  const routes: Record<Family, SeenRoutes | null> = { ipv4: null, ipv6: null };
  for (const family of families) {
    const report = await askDaemon(family, [folder], { all: true, signal });
    if (report.outcome !== 'answered') return unseen(`BIRD does not answer: ${report.problem}`);
    sessions.push(...report.sessions.map((session) => seenSession(family, session, report)));
    routes[family] = (await routesOf(report.socket, signal)) ?? null;
  }
  return { problem: '', sessions, routes };
}

function seenSession(family: Family, session: DaemonReport['sessions'][number], report: DaemonReport): SeenSession {
  const { type, address } = session;
  return { family, type, address, up: isUp(session), state: whyNotUp(session, report.sessions, report.daemon) };
}

/** undefined when BIRD does not say it to the end. */
async function routesOf(socket: string, signal: AbortSignal): Promise<SeenRoutes | undefined> {
  let connection;
  try {
    connection = await connectBird(socket, { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof BirdUnreachable) return undefined;
    throw error;
  }
  const reader = new RoutesReader();
  try {
    await connection.ask('show route primary', reader);
    return reader.routes();
  } catch {
    signal.throwIfAborted();
    return undefined;
  } finally {
    connection.close();
  }
}
