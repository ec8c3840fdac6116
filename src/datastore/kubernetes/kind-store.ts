/** What the driver needs of every kind, however Kubernetes holds it. */
import type { Ref, Resource } from '../../kinds/resource.ts';
import type { JsonObject } from '../../kinds/schema.ts';
import type { ListSelector } from '../datastore.ts';
import { Corrupt } from '../errors.ts';
import type { ApiList } from './api.ts';
import { displayName } from './metadata.ts';

/** Objects of one kind in a list, with the names of those that could not be read. */
export interface Listed {
  readonly items: readonly Resource[];
  readonly skipped: readonly string[];
  readonly resourceVersion: string;
}

/** The objects of one kind. Errors are those of `Datastore`. */
export interface KindStore {
  create(resource: Resource, dryRun: boolean): Promise<Resource>;
  update(resource: Resource, dryRun: boolean): Promise<Resource>;
  /** @param present the object, if it was read before; it is only returned */
  delete(ref: Ref, dryRun: boolean, present?: Resource): Promise<Resource>;
  get(ref: Ref, revision: string | undefined): Promise<Resource>;
  list(selector: ListSelector): Promise<Listed>;
  /** The items of the list if they fit into so many requests; only where other reads of the kind cost one request each. */
  survey?(selector: ListSelector, requests: number): Promise<readonly Resource[] | undefined>;
}

/** A reader of lists: an object that cannot be read becomes its name, and does not stop the others. */
export function orName(read: (object: JsonObject) => Resource): (object: JsonObject) => Resource | string {
  return (object) => {
    try {
      return read(object);
    } catch (error) {
      if (!(error instanceof Corrupt)) throw error;
      return displayName(object);
    }
  };
}

/** What {@link orName} read. */
export function listed({ items, resourceVersion }: ApiList<Resource | string>): Listed {
  return {
    items: items.filter((item) => typeof item !== 'string'),
    skipped: items.filter((item) => typeof item === 'string'),
    resourceVersion,
  };
}

/** The query that makes the API server do everything but write. */
export function writeQuery(dryRun: boolean): Readonly<Record<string, string>> {
  return dryRun ? { dryRun: 'All' } : {};
}

/** The query of a list that is narrowed to one name. */
export function listQuery({ name }: ListSelector): Readonly<Record<string, string>> {
  return name === undefined ? {} : { fieldSelector: `metadata.name=${name}` };
}
