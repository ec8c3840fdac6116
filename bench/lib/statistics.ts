/** Medians and ratios with their spread. */

/** The middle of some numbers; NaN of none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which a share of the numbers lies, between neighbours in proportion. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

export interface Ratio {
  /** of the medians */
  readonly ratio: number;
  /** quartiles of the ratios of single rounds: how far the figure can be trusted */
  readonly low: number;
  readonly high: number;
}

/** How much longer `ours` took than `theirs`; the two are pairs of one round each. */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): Ratio {
  const pairs = ours.map((value, round) => value / (theirs[round] ?? Number.NaN));
  return { ratio: median(ours) / median(theirs), low: quantile(pairs, 0.25), high: quantile(pairs, 0.75) };
}
