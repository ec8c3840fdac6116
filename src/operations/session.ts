/** One command's dealings with a datastore: the open connection, what is read only once, and the options that all writes share. */
import type { Context } from '../context.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { NotFound } from '../datastore/errors.ts';
import type { Ref, Resource } from '../kinds/resource.ts';

export interface SessionOptions {
  /** compute and check everything, write nothing */
  readonly dryRun?: boolean;
}

export const CLUSTER_INFORMATION: Ref = { kind: 'ClusterInformation', name: 'default' };

/** What is asked or done only once in a session. */
interface Once {
  information?: Promise<Resource | undefined>;
  initialisation?: Promise<void> | undefined;
}

export class Session {
  readonly context: Context;
  readonly datastore: Datastore;
  readonly dryRun: boolean;
  private readonly once: Once;

  constructor(context: Context, datastore: Datastore, options: SessionOptions = {}, once: Once = {}) {
    this.context = context;
    this.datastore = datastore;
    this.dryRun = options.dryRun ?? false;
    this.once = once;
  }

  /** @throws {SettingsError} when the connection settings are wrong, or name what does not exist and may not be made */
  static async open(context: Context, options: SessionOptions & { readonly makes?: boolean } = {}): Promise<Session> {
    const datastore = await context.datastore();
    if (datastore.missing !== undefined && options.makes !== true) throw datastore.missing;
    return new Session(context, datastore, options);
  }

  /** The same session, with requests that go another way. */
  through(datastore: Datastore): Session {
    return new Session(this.context, datastore, { dryRun: this.dryRun }, this.once);
  }

  /** Does what must be done once, before the first object; again after a failure. */
  initialised(initialise: () => Promise<void>): Promise<void> {
    this.once.initialisation ??= initialise().catch((error: unknown) => {
      this.once.initialisation = undefined;
      throw error;
    });
    return this.once.initialisation;
  }

  /** ClusterInformation `default`, read once; undefined when there is none. */
  clusterInformation(): Promise<Resource | undefined> {
    this.once.information ??= this.datastore.get(CLUSTER_INFORMATION).catch((error: unknown) => {
      if (error instanceof NotFound) return undefined;
      throw error;
    });
    return this.once.information;
  }
}
