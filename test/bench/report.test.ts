import { describe, expect, it } from 'vitest';
import { page, verdictOf } from '../../bench/lib/report.ts';
import type { Row } from '../../bench/lib/suite.ts';

const row = (label: Pick<Row, 'group' | 'work'>, figures: Readonly<Record<string, number>>): Row => ({
  ...label,
  unit: 'ms',
  figures: Object.entries(figures).map(([side, value]) => ({ side, values: [value, value, value] })),
});
const FAR = row({ group: 'get one, etcd', work: 'table at 10 ms' }, { standalone: 30, 'node -e 0': 40, go: 75 });

describe('verdictOf()', () => {
  it('holds the first contender against the Go tool where it took part', () => {
    expect(verdictOf(FAR, 'go')).toEqual({ row: FAR, share: 30 / 75, target: 0.6 });
  });

  it('else against what it takes of an empty program’s time, and what the network adds', () => {
    expect(verdictOf(FAR, undefined)?.share).toBeCloseTo(30 / (1.03 * 40 + 34), 10);
  });

  it('says nothing where there is no target', () => {
    expect(verdictOf(row({ group: 'growth, etcd', work: 'apply of 100' }, { standalone: 1 }), 'go')).toBeUndefined();
  });
});

describe('page()', () => {
  it('says which targets are met, of the executable and of the Node build', () => {
    const help = row({ group: 'start-up', work: '--help' }, { standalone: 30, 'Node build': 50, 'node -e 0': 20 });
    const about = { date: '2026-01-01', processor: 'P', cores: 2, node: 'v24', contenders: ['standalone'], rounds: 3 };
    const lines = page([help, FAR], about, undefined).split('\n');
    expect(lines).toContain('| start-up: --help | 1.7 | 0.8 | not met |');
    expect(lines).toContain('| start-up: --help | 2.5 | 2.3 | not met |');
    expect(lines).toContain('| get one, etcd: table at 10 ms | 0.399 | 0.6 | met |');
  });
});
