/** The real world as a {@link Context}. */
import type { Context } from '../context.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { diskFiles } from './files.ts';
import { prefixed } from './prefixed.ts';
import { processStreams } from './streams.ts';

export interface ContextOptions {
  /** `--config`; undefined for the default path */
  readonly configFile: string | undefined;
  /** `--context` */
  readonly kubeContext: string;
  /** milliseconds for one request; 0 = no limit */
  readonly requestTimeout: number;
  readonly noColour: boolean;
  readonly debug: boolean;
}

/** The command was ended by a signal. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled' as const;
  readonly exitCode: number;
  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`interrupted by ${signal}`);
    this.exitCode = signal === 'SIGINT' ? 130 : 143;
  }
}

/** A context with an end. */
export interface RealContext extends Context {
  /** From now on warnings are printed when they come up: for commands that go on until they are ended. */
  warnAtOnce(): void;
  /** Prints the warnings and closes the datastore. */
  close(): Promise<void>;
}

export function realContext(options: ContextOptions): RealContext {
  const { env } = process;
  const io = processStreams({ env, off: options.noColour });
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      controller.abort(new Cancelled(signal));
      // A second one does not wait for anything.
      process.once(signal, () => process.exit(signal === 'SIGINT' ? 130 : 143));
    });
  }
  // Warnings follow the Go tool's words, which are known only at the end.
  let pending: Set<string> | undefined = new Set<string>();
  const warn = (text: string): void => {
    if (pending === undefined) io.err(prefixed('warning', [text]));
    else pending.add(text);
  };
  const warnAtOnce = (): void => {
    const texts = [...(pending ?? [])];
    pending = undefined;
    io.err(prefixed('warning', texts));
  };
  let opened: Promise<Datastore> | undefined;
  const open = async (): Promise<Datastore> => {
    const [{ loadSettings }, { openDatastore }] = await Promise.all([
      import('../config/load.ts'),
      import('../datastore/drivers.ts'),
    ]);
    const settings = await loadSettings({
      ...(options.configFile === undefined ? {} : { configFile: options.configFile }),
      ...(options.kubeContext === '' ? {} : { context: options.kubeContext }),
      env,
      files: diskFiles,
    });
    settings.warnings.forEach(warn);
    return openDatastore(settings, {
      signal: controller.signal,
      requestTimeout: options.requestTimeout,
      env,
      log: (message) => {
        if (options.debug) io.err(`debug: ${message}\n`);
      },
      warn,
    });
  };
  return {
    io,
    env,
    files: diskFiles,
    signal: controller.signal,
    now: () => new Date(),
    warn,
    datastore: () => (opened ??= open()),
    warnAtOnce,
    async close() {
      warnAtOnce();
      const datastore = await opened?.catch(() => undefined);
      await datastore?.close();
    },
  };
}
