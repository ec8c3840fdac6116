/** The known name that a mistyped one probably means: equal but for case, or one edit away (two in longer names). */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  const lower = given.toLowerCase();
  let best: string | undefined;
  let distance = given.length <= 5 ? 2 : 3;
  for (const name of known) {
    const edits = editDistance(lower, name.toLowerCase(), distance, true);
    if (edits < distance) [best, distance] = [name, edits];
  }
  return best;
}

/**
 * Edits between two texts: insertions, deletions, replacements (Levenshtein), and with `swaps` also two letters that changed places as one edit.
 * Answers `limit` when there are not fewer than that.
 */
export function editDistance(a: string, b: string, limit: number, swaps = false): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: readonly number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = swaps && i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const best = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, replaced);
      current.push(swapped ? Math.min(best, (before[j - 2] ?? 0) + 1) : best);
    }
    [before, previous] = [previous, current];
  }
  return Math.min(previous[b.length] ?? limit, limit);
}
