/**
 * The Calico releases this tool stands for, oldest and newest. The newest is what it reports as `Client Version`; a cluster from the oldest to
 * any patch release of the newest minor version passes the check.
 */
export const KNOWN_RELEASES = { oldest: 'v3.20.0', newest: 'v3.33.0' } as const;
