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

export class Session {
  readonly context: Context;
  readonly datastore: Datastore;
  readonly dryRun: boolean;
  private information: Promise<Resource | undefined> | undefined;

  constructor(context: Context, datastore: Datastore, options: SessionOptions = {}) {
    this.context = context;
    this.datastore = datastore;
    this.dryRun = options.dryRun ?? false;
  }

  /** @throws {SettingsError} when the connection settings are wrong */
  static async open(context: Context, options: SessionOptions = {}): Promise<Session> {
    return new Session(context, await context.datastore(), options);
  }

  /** ClusterInformation `default`, read once; undefined when there is none. */
  clusterInformation(): Promise<Resource | undefined> {
    this.information ??= this.datastore.get(CLUSTER_INFORMATION).catch((error: unknown) => {
      if (error instanceof NotFound) return undefined;
      throw error;
    });
    return this.information;
  }
}
