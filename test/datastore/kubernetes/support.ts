/** Settings for the driver under test, and what its tests do behind its back. */
import { UNSET_SPEC } from '../../../src/datastore/settings.ts';
import type { ConnectionSettings, ConnectionSpec, OpenOptions } from '../../../src/datastore/settings.ts';

const NOTHING: ConnectionSpec = { ...UNSET_SPEC, datastoreType: 'kubernetes' };

/** Settings with some fields set; a field's origin is `setting FIELD`. */
export function settings(spec: Partial<ConnectionSpec>): ConnectionSettings {
  return { spec: { ...NOTHING, ...spec }, origin: (field) => `setting ${field}` };
}

/** What a test hears of the driver. */
export interface Heard {
  readonly log: string[];
  readonly warnings: string[];
}

/** Options of a command that nobody cancels, with a time limit; collects what the driver says in `heard`. */
export function options(given: Partial<OpenOptions> = {}, heard: Heard = { log: [], warnings: [] }): OpenOptions {
  return {
    signal: new AbortController().signal,
    requestTimeout: 30_000,
    env: {},
    log: (message) => void heard.log.push(message),
    warn: (message) => void heard.warnings.push(message),
    ...given,
  };
}

/** The rejection of a promise. Throws when it is fulfilled. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`was fulfilled with ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}
