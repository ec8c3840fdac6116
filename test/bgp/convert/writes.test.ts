import { describe, expect, it } from 'vitest';
import { stateOf, undone, updateOf, withWrites, written } from '../../../src/bgp/convert/writes.ts';
import type { Write } from '../../../src/bgp/convert/writes.ts';
import { node, peer } from '../support.ts';

const A = node('a', '10.0.0.1', {}, { rack: 'r' });
const P = peer('p', { peerIP: '10.9.9.9', asNumber: 1 });
const update = updateOf(A, [
  [['metadata', 'labels', 'calico/rr'], 'true'],
  [['spec', 'bgp', 'routeReflectorClusterID'], '244.0.0.1'],
]);
const create: Write = {
  action: 'create',
  kind: 'BGPPeer',
  name: 'p',
  object: { labels: { x: 'y' }, annotations: {}, spec: P.spec },
};

describe('writes', () => {
  it('know whether they were made', () => {
    if (update === undefined) throw new Error('nothing to update');
    const made = written(update, A);
    const half = written(
      {
        ...update,
        action: 'update',
        changes: [{ path: ['metadata', 'labels', 'calico/rr'], before: null, after: 'true' }],
      },
      A,
    );
    expect([A, made, half, undefined].map((stored) => stateOf(update, stored))).toEqual([
      'before',
      'after',
      'other',
      'other',
    ]);
    expect([undefined, P, peer('p', { peerIP: '10.9.9.8' })].map((stored) => stateOf(create, stored))).toEqual([
      'before',
      'after',
      'other',
    ]);
    expect([undefined, P].map((stored) => stateOf(undone(create), stored))).toEqual(['after', 'before']);
  });

  it('can be taken back, and leave nothing behind', () => {
    if (update === undefined) throw new Error('nothing to update');
    const made = withWrites([A], [update, create]);
    expect(made.map(({ kind, metadata }) => [kind, metadata.labels])).toEqual([
      ['Node', { rack: 'r', 'calico/rr': 'true' }],
      ['BGPPeer', { x: 'y' }],
    ]);
    expect(withWrites(made, [undone(create), undone(update)])).toEqual([A]);
  });

  it('are none where nothing changes', () => {
    expect(updateOf(A, [[['metadata', 'labels', 'rack'], 'r']])).toBe(undefined);
  });
});
