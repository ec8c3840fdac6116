/** Tables in boxes of ASCII, as go-pretty draws them for the Go calicoctl. */

/** A cell, and how good or bad what it says is: shown by colour. */
export interface ToneCell {
  readonly text: string;
  readonly tone: 'good' | 'warning' | 'bad';
}

export type BoxedCell = string | ToneCell;

/** cli-table3 compares every cell with those of all rows: tables are drawn in pieces of this many rows. */
const PIECE = 100;
const PADDING = 2;

/** The table with a line at its end. Cells are as wide as they need; nothing is wrapped. Texts are taken to be ASCII. */
export async function boxedTable(
  headings: readonly string[],
  rows: readonly (readonly BoxedCell[])[],
  options: { readonly colour: boolean },
): Promise<string> {
  const [{ default: Table }, paint] = await Promise.all([import('cli-table3'), painter(options.colour)]);
  const colWidths = widthsOf([headings, ...rows]).map((width) => width + PADDING);
  const lines: string[] = [];
  for (let from = 0; from === 0 || from < rows.length; from += PIECE) {
    const head = from === 0 ? { head: [...headings] } : {};
    const table = new Table({ ...head, colWidths, style: { head: [], border: [], compact: true }, chars: ASCII });
    table.push(...rows.slice(from, from + PIECE).map((row) => row.map(paint)));
    // The bottom of a piece is the top of the next one.
    lines.splice(
      -1,
      1,
      ...table
        .toString()
        .split('\n')
        .slice(from === 0 ? 0 : 1),
    );
  }
  return `${lines.join('\n')}\n`;
}

const ASCII = {
  top: '-',
  'top-left': '+',
  'top-mid': '+',
  'top-right': '+',
  mid: '-',
  'left-mid': '+',
  'mid-mid': '+',
  'right-mid': '+',
  bottom: '-',
  'bottom-left': '+',
  'bottom-mid': '+',
  'bottom-right': '+',
  left: '|',
  middle: '|',
  right: '|',
};

const textOf = (cell: BoxedCell): string => (typeof cell === 'string' ? cell : cell.text);

function widthsOf(rows: readonly (readonly BoxedCell[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, textOf(cell).length);
  return widths;
}

async function painter(colour: boolean): Promise<(cell: BoxedCell) => string> {
  if (!colour) return textOf;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  const paints = { good: chalk.green, warning: chalk.yellow, bad: chalk.red } as const;
  return (cell) => (typeof cell === 'string' ? cell : paints[cell.tone](cell.text));
}
