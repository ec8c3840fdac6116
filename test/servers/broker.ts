import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { makeFolder, startGuard } from './process.ts';

/** The environment variable by which the broker of a test run makes itself known to the workers. */
export const brokerVariable = 'CALICOCTL_TEST_BROKER';

/** The servers that test files share. */
export type SharedName = 'etcd-3.4' | 'etcd-3.6' | 'kubernetes-v1' | 'kubernetes-v3';

/** How to reach a server that another process started. */
export interface Place {
  readonly port: number;
  /** The server's own folder; empty where nothing in it is needed. */
  readonly folder: string;
}

/** A server as its owner, the broker, sees it. */
interface Owned extends Place {
  isRunning(): boolean;
  stop(): Promise<void>;
}

/** Lends servers to other processes: one server is used by one of them at a time, and again by the next. */
export interface Broker {
  /** The path of the socket on which to ask, see {@link borrow}. */
  readonly socket: string;
  /** Stops every server. */
  close(): Promise<void>;
}

/** Opens a broker. Nothing is started before somebody asks for it. */
export async function openBroker(): Promise<Broker> {
  const folder = makeFolder('broker');
  const releaseGuard = startGuard(folder);
  const socket = join(folder, 'socket');
  const free = new Map<string, Owned[]>();
  const all: Promise<Owned>[] = [];

  const lend = async (name: string, borrower: Socket) => {
    const idle = free.get(name) ?? [];
    free.set(name, idle);
    let server = idle.pop();
    while (server && !server.isRunning()) server = idle.pop();
    if (!server) {
      const starting = start(name);
      all.push(starting);
      server = await starting;
    }
    const lent = server;
    // The end of the connection gives the server back, however the borrower ended.
    if (borrower.destroyed) idle.push(lent);
    else borrower.once('close', () => idle.push(lent));
    borrower.write(`${JSON.stringify({ port: lent.port, folder: lent.folder })}\n`);
  };

  const listener = createServer((borrower) => {
    borrower.on('error', () => {});
    borrower.setEncoding('utf8').once('data', (name: string) => {
      lend(name.trim(), borrower).catch((error: unknown) => {
        borrower.end(`${JSON.stringify({ error: error instanceof Error ? error.message : String(error) })}\n`);
      });
    });
  });
  listener.listen(socket);
  await once(listener, 'listening');
  listener.unref();
  return {
    socket,
    async close() {
      listener.close();
      const started = await Promise.allSettled(all);
      const servers = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      await Promise.all(servers.map((server) => server.stop()));
      releaseGuard();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts one of the shared servers. Throws for an unknown name. */
async function start(name: string): Promise<Owned> {
  switch (name) {
    case 'etcd-3.4':
    case 'etcd-3.6': {
      const { startEtcd } = await import('./etcd.ts');
      return { folder: '', ...(await startEtcd({ version: name === 'etcd-3.4' ? '3.4' : '3.6' })) };
    }
    case 'kubernetes-v1':
    case 'kubernetes-v3': {
      const { startKubernetes } = await import('./kubernetes.ts');
      return startKubernetes({ crds: name === 'kubernetes-v1' ? 'v1' : 'v3' });
    }
    default:
      throw new Error(`no shared server is called ${JSON.stringify(name)}`);
  }
}

/**
 * Borrows a server from the broker behind `socket` until this process ends. The connection does not keep this process
 * alive. Throws with the broker's reason if the server cannot be had.
 */
export async function borrow(socket: string, name: SharedName): Promise<Place> {
  const connection = connect(socket);
  connection.setEncoding('utf8').write(`${name}\n`);
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    connection.once('error', reject);
    connection.once('close', () => reject(new Error('the broker of test servers is gone')));
    connection.on('data', (part: string) => {
      text += part;
      if (text.endsWith('\n')) resolve(text);
    });
  });
  connection.on('error', () => {});
  connection.unref();
  const place: unknown = JSON.parse(answer);
  if (isPlace(place)) return place;
  throw new Error(`the broker of test servers answers: ${answer}`);
}

function isPlace(value: unknown): value is Place {
  if (typeof value !== 'object' || value === null || !('port' in value) || !('folder' in value)) return false;
  return typeof value.port === 'number' && typeof value.folder === 'string';
}
