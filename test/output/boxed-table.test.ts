import { describe, expect, it } from 'vitest';
import { boxedTable } from '../../src/output/boxed-table.ts';

const plain = { colour: false };

describe('boxedTable()', () => {
  it('is as wide as its widest cells', async () => {
    expect(
      await boxedTable(
        ['A', 'LONG'],
        [
          ['wide cell', ''],
          ['x', { text: 'y', tone: 'bad' }],
        ],
        plain,
      ),
    ).toBe(
      `+-----------+------+
| A         | LONG |
+-----------+------+
| wide cell |      |
| x         | y    |
+-----------+------+
`,
    );
  });

  it('draws a table without rows', async () => {
    expect(await boxedTable(['A'], [], plain)).toBe('+---+\n| A |\n+---+\n');
  });

  it.each([1, 99, 100, 101, 200, 250])('draws %d rows in one box', async (count) => {
    const rows = Array.from({ length: count }, (_, index) => [String(index).padStart(3, '0')]);
    const rule = '+-----+';
    expect((await boxedTable(['N'], rows, plain)).split('\n')).toEqual([
      rule,
      '| N   |',
      rule,
      ...rows.map(([cell]) => `| ${cell} |`),
      rule,
      '',
    ]);
  });

  it('colours without changing widths', async () => {
    const cells = (['good', 'warning', 'bad'] as const).map((tone) => ({ text: tone, tone }));
    const [, , , row] = (await boxedTable(['A', 'B', 'C'], [cells], { colour: true })).split('\n');
    expect(row).toBe('| \x1b[32mgood\x1b[39m | \x1b[33mwarning\x1b[39m | \x1b[31mbad\x1b[39m |');
  });
});
