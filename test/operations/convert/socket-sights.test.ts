import { describe, expect, it } from 'vitest';
import { socketSights } from '../../../src/operations/convert/socket-sights.ts';
import { openSession } from '../../../src/operations/input.ts';
import { ResourceClient } from '../../../src/operations/resource-client.ts';
import { failure, world } from '../../doubles/world.ts';
import type { Leaf } from '../../doubles/tree.ts';

const PLAIN = { allowVersionMismatch: true, dryRun: false, safe: false };
const NAMES = ['a', 'b', 'c'];

/** Looks for the sockets of the nodes in `run/NODE`, where these files are. */
async function check(files: Readonly<Record<string, Leaf>>, names: readonly string[] = NAMES): Promise<void> {
  const client = new ResourceClient(await openSession(world({ files }).context, PLAIN));
  const source = await socketSights(client, (node) => (node === 'unnamed' ? undefined : `run/${node}`));
  await source.check(names.map((name) => ({ name, families: ['ipv4', 'ipv6'] })));
}

const ALL = { 'run/a/bird.ctl': '', 'run/b/bird6.ctl': '', 'run/c/bird.ctl': '', 'run/c/bird6.ctl': '' };
const WHERE = 'name their folders with --sockets NODE=FOLDER or --socket-dir, or leave the nodes out with --except';

describe('the check of socketSights()', () => {
  it('passes where there are sockets, and nodes for which none is named', async () => {
    await expect(check(ALL, [...NAMES, 'unnamed'])).resolves.toBeUndefined();
    await expect(check({}, ['unnamed'])).resolves.toBeUndefined();
  });

  it('waits for a BIRD that is about to make its socket anew, also where there is only one', async () => {
    await expect(check({ ...ALL, 'run/d/': '' }, [...NAMES, 'd'])).resolves.toBeUndefined();
    await expect(check({ 'run/a/': '' }, ['a'])).resolves.toBeUndefined();
  });

  it('names folders that do not exist, or are none', async () => {
    expect(await failure(check({ ...ALL, 'run/d': '' }, [...NAMES, 'd', 'e']))).toMatchObject({
      reason: 'precondition',
      message: 'the BIRD sockets of 2 nodes (d, e) are not there',
      hints: ['d: there is no folder run/d', 'e: there is no folder run/e', WHERE, 'this run wrote nothing'],
    });
  });

  it('names folders that exist when none of them has a socket', async () => {
    const files = { 'run/a/': '', 'run/b/bird.conf': '', 'run/c/': '' };
    expect(await failure(check(files))).toMatchObject({
      reason: 'precondition',
      message: 'the BIRD sockets of 3 nodes (a, b, c) are not there',
      hints: [
        ...NAMES.map((name) => `${name}: there is no BIRD socket in run/${name}`),
        WHERE,
        'this run wrote nothing',
      ],
    });
  });

  it('names some of many', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `n${index}`);
    expect(await failure(check({}, names))).toMatchObject({
      message: 'the BIRD sockets of 12 nodes (n0, n1, n10 and 9 more) are not there',
      hints: [
        ...names.slice(0, 10).map((name) => `${name}: there is no folder run/${name}`),
        'and 2 more',
        WHERE,
        'this run wrote nothing',
      ],
    });
  });
});
