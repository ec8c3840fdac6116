import { onTestFinished } from 'vitest';
import type { Context } from '../../src/context.ts';
import type { Datastore } from '../../src/datastore/datastore.ts';
import { TestFolder } from '../datastore/local/support.ts';
import { MemoryStreams } from './streams.ts';
import { memoryTree } from './tree.ts';
import type { Leaf } from './tree.ts';

/** What a {@link world} is made of; everything has a plain default. */
export interface WorldParts {
  readonly files?: Readonly<Record<string, Leaf>>;
  readonly input?: string | Uint8Array;
  /** standard error is a terminal */
  readonly terminal?: boolean;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
  /** the time of the clock; it stands still otherwise */
  readonly now?: () => Date;
  /** opens the datastore; a folder of manifests of its own otherwise */
  readonly datastore?: () => Promise<Datastore>;
}

/** A context in memory, and what a test sees of it. */
export interface World {
  readonly context: Context;
  readonly io: MemoryStreams;
  readonly warnings: string[];
  /** how often the datastore was asked for */
  opened(): number;
}

/** A world for one test. */
export function world(parts: WorldParts = {}): World {
  const io = new MemoryStreams(parts.input, parts.terminal);
  const warnings: string[] = [];
  let opened = 0;
  const open = parts.datastore ?? folderStore;
  let store: Promise<Datastore> | undefined;
  const context: Context = {
    io,
    env: parts.env ?? {},
    files: memoryTree(parts.files ?? {}),
    signal: parts.signal ?? new AbortController().signal,
    now: parts.now ?? (() => new Date('2024-02-29T23:59:58.765Z')),
    warn: (text) => void warnings.push(text),
    datastore() {
      opened++;
      return (store ??= open());
    },
  };
  return { context, io, warnings, opened: () => opened };
}

/** A datastore in a folder that goes away with the test. */
export async function folderStore(): Promise<Datastore> {
  const folder = new TestFolder();
  folder.make();
  const store = await folder.open();
  onTestFinished(async () => {
    await store.close();
    folder.remove();
  });
  return store;
}

/** A datastore that differs from another in what is given. */
export function altered(store: Datastore, changes: Partial<Datastore>): Datastore {
  return {
    type: store.type,
    serverValidates: store.serverValidates,
    create: (...given) => store.create(...given),
    update: (...given) => store.update(...given),
    delete: (...given) => store.delete(...given),
    get: (...given) => store.get(...given),
    list: (...given) => store.list(...given),
    ipam: store.ipam,
    close: () => store.close(),
    ...changes,
  };
}

/** What a promise is rejected with. Throws when it is fulfilled, or rejected with something that is no error. */
export async function failure(promise: Promise<unknown>): Promise<Error> {
  let value;
  try {
    value = await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw new TypeError(`rejected with ${String(error)}`, { cause: error });
  }
  throw new Error(`fulfilled with ${JSON.stringify(value)}`);
}
