/** One request to an etcd that may not be there, and what came of it. */
import { inspect } from 'node:util';
import { expect } from 'vitest';
import type { Phase } from '../../../src/datastore/errors.ts';
import { Unavailable } from '../../../src/datastore/errors.ts';
import { open } from '../../../src/datastore/etcd/driver.ts';
import type { ConnectionSettings, OpenOptions } from '../../../src/datastore/settings.ts';
import { openOptions } from './support.ts';

export const PASSWORD = 'correct-horse-battery';
export const WRONG_PASSWORD = 'staple-battery-horse';

/** Lists IPPools, and says how many came; else the error, of which nothing may hold a secret. */
export async function attempt(from: ConnectionSettings, options: Partial<OpenOptions> = {}): Promise<unknown> {
  const logged: string[] = [];
  try {
    const store = await open(from, openOptions({ log: (message) => void logged.push(message), ...options }));
    try {
      return `${(await store.list({ kind: 'IPPool' })).items.length} listed`;
    } finally {
      await store.close();
    }
  } catch (error) {
    const everything = `${inspect(error, { depth: 20 })} ${logged.join('\n')}`;
    for (const secret of [PASSWORD, WRONG_PASSWORD, 'PRIVATE KEY']) expect(everything).not.toContain(secret);
    return error instanceof Unavailable
      ? { message: error.message, endpoint: error.endpoint, phase: error.phase, setting: error.setting }
      : error;
  }
}

/** What {@link attempt} gives when one endpoint cannot be reached. */
export function unreachable(endpoint: string, phase: Phase, reason: string, words = '') {
  const message = `${words}cannot reach etcd at ${endpoint}: ${reason} (phase: ${phase}; setting: ETCD_ENDPOINTS)`;
  return { message, endpoint, phase, setting: 'ETCD_ENDPOINTS' };
}
