/** Differences of two texts in the unified format (POSIX diff -u). */

/** One line of a comparison: kept, taken away or added. */
interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

const CONTEXT_LINES = 3;

/** The unified diff of two texts; empty when they are equal. Labels stand in the two header lines. */
export function unifiedDiff(
  before: string,
  after: string,
  labels: { readonly before: string; readonly after: string },
): string {
  if (before === after) return '';
  const lines = compareLines(linesOf(before), linesOf(after));
  let text = `--- ${labels.before}\n+++ ${labels.after}\n`;
  let shown = 0;
  let [linesBefore, linesAfter] = [0, 0];
  for (const [from, to] of hunks(lines)) {
    const skipped = counts(lines.slice(shown, from));
    linesBefore += skipped.before;
    linesAfter += skipped.after;
    const part = lines.slice(from, to);
    const size = counts(part);
    text += `@@ -${range(linesBefore, size.before)} +${range(linesAfter, size.after)} @@\n`;
    for (const { sign, text: line } of part) text += `${sign}${line}\n`;
    linesBefore += size.before;
    linesAfter += size.after;
    shown = to;
  }
  return text;
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function range(start: number, size: number): string {
  return `${size === 0 ? start : start + 1},${size}`;
}

function counts(lines: readonly Line[]): { before: number; after: number } {
  let [before, after] = [0, 0];
  for (const { sign } of lines) {
    if (sign !== '+') before++;
    if (sign !== '-') after++;
  }
  return { before, after };
}

/** Start and end of every group of changes with its surrounding lines. */
function hunks(lines: readonly Line[]): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  lines.forEach(({ sign }, index) => {
    if (sign === ' ') return;
    const from = Math.max(0, index - CONTEXT_LINES);
    const to = Math.min(lines.length, index + CONTEXT_LINES + 1);
    const last = found.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = to;
    else found.push([from, to]);
  });
  return found;
}

/**
 * Differences up to which the shortest way is looked for; its time and memory grow with their square. Texts that have more in common than not
 * stay far below.
 */
const MOST_EDITS = 1000;

/** The lines of both texts with what happens to them. What is equal at the start and at the end is set aside first. */
function compareLines(before: readonly string[], after: readonly string[]): readonly Line[] {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const kept = (text: string): Line => ({ sign: ' ', text });
  return [
    ...before.slice(0, start).map(kept),
    ...shortestScript(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(kept),
  ];
}

/** The shortest edit script by Myers' greedy algorithm (1986); everything taken away and added where that is too long. */
function shortestScript(a: readonly string[], b: readonly string[]): readonly Line[] {
  const trace: Map<number, number>[] = [];
  const furthest = new Map<number, number>([[1, 0]]);
  const edits = a.length === 0 || b.length === 0 ? -1 : Math.min(a.length + b.length, MOST_EDITS);
  for (let d = 0; d <= edits; d++) {
    trace.push(new Map(furthest));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (furthest.get(k - 1) ?? 0) < (furthest.get(k + 1) ?? 0));
      let x = down ? (furthest.get(k + 1) ?? 0) : (furthest.get(k - 1) ?? 0) + 1;
      let y = x - k;
      while (x < a.length && y < b.length && a[x] === b[y]) [x, y] = [x + 1, y + 1];
      furthest.set(k, x);
      if (x >= a.length && y >= b.length) return backtrack(a, b, trace);
    }
  }
  return [...a.map((text): Line => ({ sign: '-', text })), ...b.map((text): Line => ({ sign: '+', text }))];
}

function backtrack(a: readonly string[], b: readonly string[], trace: readonly Map<number, number>[]): readonly Line[] {
  const lines: Line[] = [];
  let [x, y] = [a.length, b.length];
  for (let d = trace.length - 1; d >= 0; d--) {
    const furthest = trace[d] ?? new Map<number, number>();
    const k = x - y;
    const down = k === -d || (k !== d && (furthest.get(k - 1) ?? 0) < (furthest.get(k + 1) ?? 0));
    const previousK = down ? k + 1 : k - 1;
    const previousX = furthest.get(previousK) ?? 0;
    const previousY = previousX - previousK;
    while (x > previousX && y > previousY) {
      lines.push({ sign: ' ', text: a[x - 1] ?? '' });
      [x, y] = [x - 1, y - 1];
    }
    if (d === 0) break;
    if (down) lines.push({ sign: '+', text: b[y - 1] ?? '' });
    else lines.push({ sign: '-', text: a[x - 1] ?? '' });
    [x, y] = [previousX, previousY];
  }
  return lines.reverse();
}
