/** BGP sessions as BIRD tells of them. */

export type Family = 'ipv4' | 'ipv6';

/** Which of Calico's sources a session comes from, told by the prefix of its name. */
export type PeerType = 'mesh' | 'global' | 'node' | 'local-workload';

/** One BGP session of a daemon. */
export interface BirdSession {
  /** BIRD's name for it, `Mesh_10_0_0_1` */
  readonly protocol: string;
  readonly type: PeerType;
  /** the neighbour's address */
  readonly address: string;
  /** as the name tells it; null where it tells none, which is 179 for Calico */
  readonly port: number | null;
  /** state of the protocol: `down`, `start`, `wait` (for a graceful restart to end), `feed`, `up`, `stop`, `flush` */
  readonly state: string;
  /** when the state changed, as BIRD prints it: `HH:MM:SS`, or the day after twenty hours */
  readonly since: string;
  /** everything that BIRD prints after it; '' when it prints nothing, as for sessions that were disabled */
  readonly info: string;
  /** state of BGP (RFC 4271, 8.2.2, and BIRD's `Passive`): the first word of `info`; null where BIRD tells none, as for `down` */
  readonly bgpState: string | null;
  /** the rest of `info`, `Socket: Connection refused`; '' for none */
  readonly error: string;
  /** only where all was asked for */
  readonly details: SessionDetails | null;
}

/** What `show protocols all` tells besides. null: BIRD did not say. */
export interface SessionDetails {
  readonly peerAs: number | null;
  /** told where BIRD prints it, and of internal sessions, whose ends have one AS number */
  readonly localAs: number | null;
  /** whether both ends have one AS number; told while the session is up */
  readonly internal: boolean | null;
  /** the neighbour is a client of this route reflector; told while the session is up */
  readonly rrClient: boolean | null;
  /** own end of the connection */
  readonly sourceAddress: string | null;
  /** router id of the neighbour */
  readonly neighborId: string | null;
  readonly routes: RouteCounts | null;
  /** a graceful restart in progress (RFC 4724), in BIRD's words; '' for none */
  readonly gracefulRestart: string;
  /** '' for none */
  readonly lastError: string;
  readonly description: string;
}

/** Routes of one session. */
export interface RouteCounts {
  readonly imported: number;
  readonly exported: number;
  readonly preferred: number;
}

/** Whether routes are exchanged: a session can be Established and still wait for a graceful restart to end. */
export function isUp({ state, bgpState }: Pick<BirdSession, 'state' | 'bgpState'>): boolean {
  return state === 'up' && bgpState === 'Established';
}

/** Whether somebody switched the session off: BIRD gives a reason for every other session that is down. */
export function isDisabled({ state, info }: Pick<BirdSession, 'state' | 'info'>): boolean {
  return state === 'down' && info === '';
}
