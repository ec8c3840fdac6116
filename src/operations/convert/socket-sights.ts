/** Sights of nodes whose BIRD daemons can be asked directly. */
import type { Files } from '../../context.ts';
import type { Family } from '../../bgp/model.ts';
import { nodesNamed } from '../../bgp/words.ts';
import { whyNotUp } from '../../bird/explain.ts';
import { RoutesReader } from '../../bird/routes.ts';
import type { SeenRoutes } from '../../bird/routes.ts';
import { isUp } from '../../bird/session.ts';
import { BirdUnreachable, connectBird } from '../../bird/socket.ts';
import { atMost } from '../at-most.ts';
import { askDaemon, socketIn } from '../bird-daemons.ts';
import type { DaemonReport } from '../bird-daemons.ts';
import type { ResourceClient } from '../resource-client.ts';
import { unseen } from './sight.ts';
import { Stopped } from './stopped.ts';
import type { SeenSession, Sight, SightSource, Watched } from './sight.ts';

const AT_ONCE = 20;
const PAUSE_MILLISECONDS = 500;

/** How many nodes a message names. */
const SHOWN = 10;

/** @param folderOf the folder of a node's sockets `bird.ctl` and `bird6.ctl`; undefined where none is known */
export function socketSights(
  client: ResourceClient,
  folderOf: (node: string) => string | undefined,
): Promise<SightSource> {
  const { signal, files } = client.session.context;
  return Promise.resolve({
    canSee: (node) => folderOf(node) !== undefined,
    check: (nodes) => refuseMisplaced(files, nodes, folderOf),
    pause: PAUSE_MILLISECONDS,
    look: (nodes, seen) =>
      atMost(AT_ONCE, nodes, async (node) => {
        seen(node.name, await sightOf(node, folderOf(node.name), signal));
      }),
    close: () => Promise.resolve(),
  });
}

/**
 * Folders that do not exist are mistakes, as are folders of which none has a socket. That some have none passes: BIRD takes its socket away when it
 * ends, and makes it anew.
 * @throws {Stopped}
 */
async function refuseMisplaced(
  files: Files,
  nodes: readonly Watched[],
  folderOf: (node: string) => string | undefined,
): Promise<void> {
  const problems = new Map<string, string>();
  let bare = 0;
  const named = nodes.filter(({ name }) => folderOf(name) !== undefined);
  await atMost(AT_ONCE, named, async ({ name, families }) => {
    const folder = folderOf(name) ?? '';
    const type = await typeOf(files, folder);
    if (type !== 'directory' && type !== 'unknown') {
      problems.set(name, `there is no folder ${folder}`);
      return;
    }
    const sockets = await Promise.all(families.map((family) => typeOf(files, socketIn(folder, family))));
    if (sockets.some((socket) => socket !== undefined)) return;
    problems.set(name, `there is no BIRD socket in ${folder}`);
    bare++;
  });
  const isRestart = bare === problems.size && (bare < named.length || bare < 2);
  if (isRestart) return;
  const told = named.flatMap(({ name }) => {
    const problem = problems.get(name);
    return problem === undefined ? [] : [`${name}: ${problem}`];
  });
  throw new Stopped('precondition', `the BIRD sockets of ${nodesNamed([...problems.keys()].sort())} are not there`, [
    ...told.slice(0, SHOWN),
    ...(told.length > SHOWN ? [`and ${told.length - SHOWN} more`] : []),
    'name their folders with --sockets NODE=FOLDER or --socket-dir, or leave the nodes out with --except',
    'this run wrote nothing',
  ]);
}

/** What is at a path, `unknown` where that may not be seen; undefined for nothing. */
async function typeOf(files: Files, path: string): Promise<string | undefined> {
  try {
    return await files.stat(path);
  } catch (error) {
    const isMissing =
      error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
    return isMissing ? undefined : 'unknown';
  }
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
