import { describe, expect, it } from 'vitest';
import { savePlan } from '../../../src/operations/convert/make-plan.ts';
import { memoryWriter } from '../../doubles/memory-writer.ts';
import type { MemoryWriter } from '../../doubles/memory-writer.ts';
import { failure } from '../../doubles/world.ts';

function writer(...lines: readonly object[]): MemoryWriter {
  const made = memoryWriter();
  if (lines.length > 0) made.logs['plan.yaml.journal'] = lines.map((line) => JSON.stringify(line));
  return made;
}

const INTENT = { event: 'intent', direction: 'forward', object: 'Node(a)', was: null };

describe('savePlan()', () => {
  it('replaces a plan that was not begun, or was rolled back', async () => {
    for (const made of [writer(), writer(INTENT, { event: 'end', state: 'rolled-back' })]) {
      await savePlan(made, 'plan.yaml', 'text');
      await savePlan(made, 'plan.yaml', 'other');
      expect(made.files).toEqual({ 'plan.yaml': 'other' });
    }
  });

  it('keeps a plan that was begun, and one that is being carried out', async () => {
    expect(await failure(savePlan(writer(INTENT), 'plan.yaml', 'text'))).toMatchObject({ reason: 'precondition' });
    const running = writer();
    await running.openLog('plan.yaml.journal');
    expect(await failure(savePlan(running, 'plan.yaml', 'text'))).toMatchObject({ reason: 'conflict' });
    expect(running.files).toEqual({});
  });

  it('keeps a plan whose journal cannot be read, and names the journal', async () => {
    const damaged = writer();
    damaged.logs['plan.yaml.journal'] = ['{'];
    const error = await failure(savePlan(damaged, 'plan.yaml', 'text'));
    expect(error.message).toBe('the journal plan.yaml.journal cannot be read: line 1 is no record');
    const away = { ...writer(), openLog: () => Promise.reject(new Error('EACCES')) };
    expect((await failure(savePlan(away, 'plan.yaml', 'text'))).message).toBe('EACCES');
    expect([damaged.files, away.files]).toEqual([{}, {}]);
  });
});
