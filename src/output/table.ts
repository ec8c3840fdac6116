/** Plain tables, laid out as Go's text/tabwriter does with the Go calicoctl's settings. */
import { requireKind } from '../kinds/index.ts';
import type { Kind, Related } from '../kinds/kind.ts';
import type { Resource, ResourceList } from '../kinds/resource.ts';

const MIN_WIDTH = 5;
const PADDING = 3;

/**
 * Rows of cells as text: every column is as wide as its widest cell and three blanks, at least five, also the last one; an empty line ends the
 * table. Width counts code points.
 */
export function formatRows(rows: readonly (readonly string[])[]): string {
  return [...rowTexts(rows)].join('');
}

/** Characters that are put together before they are handed on. */
const CHUNK = 1 << 16;

/** The same piece by piece, for tables that are too long to be kept. The rows are gone through twice. */
export function* rowTexts(rows: Iterable<readonly string[]>): Generator<string> {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? MIN_WIDTH, lengthOf(cell) + PADDING);
  }
  let text = '';
  for (const row of rows) {
    for (const [column, cell] of row.entries()) text += cell + ' '.repeat((widths[column] ?? 0) - lengthOf(cell));
    text += '\n';
    if (text.length < CHUNK) continue;
    yield text;
    text = '';
  }
  yield `${text}\n`;
}

function lengthOf(cell: string): number {
  for (let index = 0; index < cell.length; index++) if (cell.charCodeAt(index) >= 0xd800) return [...cell].length;
  return cell.length;
}

/** A heading that the kind does not have. Tables before it stay printed. */
export class UnknownHeading extends Error {
  override readonly name = 'UnknownHeading' as const;
  constructor(heading: string, kind: Kind) {
    super(`unknown heading ${heading}, valid values are: ${Object.keys(kind.columns.cells).join(', ')}`);
  }
}

export interface TableOptions {
  /** which columns: a set of the kind's, or headings */
  readonly columns: 'narrow' | 'wide' | readonly string[];
  /** a NAMESPACE column comes first for kinds that have one */
  readonly withNamespace: boolean;
}

/** One table for an object or a list. @throws {UnknownHeading} */
export function formatTable(answer: Resource | ResourceList, options: TableOptions, related: Related): string {
  const isList = 'items' in answer;
  const kind = requireKind(isList ? answer.kind.replace(/List$/, '') : answer.kind);
  const { cells } = kind.columns;
  const chosen = typeof options.columns === 'string' ? kind.columns[options.columns] : options.columns;
  const namespaced = options.withNamespace && typeof options.columns === 'string' && Object.hasOwn(cells, 'NAMESPACE');
  const headings = namespaced ? ['NAMESPACE', ...chosen] : chosen;
  const columns = headings.map((heading) => {
    const cell = Object.hasOwn(cells, heading) ? cells[heading] : undefined;
    if (cell === undefined) throw new UnknownHeading(heading, kind);
    return cell;
  });
  const items = isList ? answer.items : [answer];
  return formatRows([headings, ...items.map((item) => columns.map((cell) => cell(item, related)))]);
}
