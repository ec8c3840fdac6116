/** The known name that a mistyped one probably means: equal but for case, or one edit away (two in longer names). */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  const lower = given.toLowerCase();
  let best: string | undefined;
  let distance = given.length <= 5 ? 2 : 3;
  for (const name of known) {
    const edits = editDistance(lower, name.toLowerCase(), distance);
    if (edits < distance) [best, distance] = [name, edits];
  }
  return best;
}

/** Levenshtein distance; answers `limit` when it is not smaller than that. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substitution));
    }
    previous = current;
  }
  return Math.min(previous[b.length] ?? limit, limit);
}
