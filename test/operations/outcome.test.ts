import { describe, expect, it } from 'vitest';
import { kindNamed } from '../../src/kinds/index.ts';
import { forEachTarget, Interrupted } from '../../src/operations/outcome.ts';
import type { Target } from '../../src/operations/input.ts';
import { failure, world } from '../doubles/world.ts';

function target(name: string): Target {
  const kind = kindNamed('IPPool');
  if (kind === undefined) throw new Error('no such kind');
  const resource = { kind: kind.name, apiVersion: 'projectcalico.org/v3', metadata: { name }, spec: {} };
  return { kind, resource };
}

/** Keeps the processor busy for so many milliseconds. */
function compute(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) continue;
}

describe('forEachTarget()', () => {
  it('hears a cancelled command while it only computes', async () => {
    const cancelled = new AbortController();
    const targets = Array.from({ length: 100 }, (_, index) => target(`pool-${index}`));
    const { context } = world({ signal: cancelled.signal });
    const working = forEachTarget(targets, context, (done) => {
      compute(1);
      return Promise.resolve({ target: done, change: 'validated' });
    });
    setTimeout(() => {
      cancelled.abort(new Error('interrupted'));
    }, 0);
    const error = await failure(working);
    if (!(error instanceof Interrupted)) throw error;
    const { outcomes, untouched } = error;
    expect(outcomes.length).toBeGreaterThan(0);
    expect(untouched.length).toBeGreaterThan(0);
    expect([...outcomes.map(({ target: done }) => done), ...untouched]).toEqual(targets);
  });
});
