/** The tiers that every datastore has. In a file of their own: whoever creates them need not know the kind. */

export const DEFAULT_TIER_ORDER = 1000000;

/** With what they must be. */
export const BUILT_IN_TIERS: readonly {
  readonly name: string;
  readonly order: number;
  readonly defaultAction: string;
}[] = [
  { name: 'default', order: DEFAULT_TIER_ORDER, defaultAction: 'Deny' },
  { name: 'kube-admin', order: 1000, defaultAction: 'Pass' },
  { name: 'kube-baseline', order: 10000000, defaultAction: 'Pass' },
];
