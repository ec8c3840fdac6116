/** Tables in boxes of ASCII, as go-pretty draws them for the Go calicoctl. */

/** A cell, and how good or bad what it says is: shown by colour. */
export interface ToneCell {
  readonly text: string;
  readonly tone: 'good' | 'warning' | 'bad' | 'plain';
}

export type BoxedCell = string | ToneCell;

const RULE = { mid: '-', left: '+', cross: '+', right: '+' } as const;

/** The table with a line at its end. Cells are as wide as they need; nothing is wrapped. */
export async function boxedTable(
  headings: readonly string[],
  rows: readonly (readonly BoxedCell[])[],
  options: { readonly colour: boolean },
): Promise<string> {
  const [{ default: Table }, paint] = await Promise.all([import('cli-table3'), painter(options.colour)]);
  const table = new Table({
    head: [...headings],
    style: { head: [], border: [], compact: true },
    chars: {
      top: RULE.mid,
      'top-left': RULE.left,
      'top-mid': RULE.cross,
      'top-right': RULE.right,
      mid: RULE.mid,
      'left-mid': RULE.left,
      'mid-mid': RULE.cross,
      'right-mid': RULE.right,
      bottom: RULE.mid,
      'bottom-left': RULE.left,
      'bottom-mid': RULE.cross,
      'bottom-right': RULE.right,
      left: '|',
      middle: '|',
      right: '|',
    },
  });
  table.push(...rows.map((row) => row.map(paint)));
  return `${table.toString()}\n`;
}

async function painter(colour: boolean): Promise<(cell: BoxedCell) => string> {
  if (!colour) return (cell) => (typeof cell === 'string' ? cell : cell.text);
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  const paints = { good: chalk.green, warning: chalk.yellow, bad: chalk.red, plain: (text: string) => text } as const;
  return (cell) => (typeof cell === 'string' ? cell : paints[cell.tone](cell.text));
}
