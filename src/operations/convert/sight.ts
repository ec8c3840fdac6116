/** What is seen of a node's sessions and routes, whoever tells it. */
import type { Family } from '../../bgp/model.ts';
import type { SeenRoutes } from '../../bird/routes.ts';
import type { PeerType } from '../../bird/session.ts';

export interface SeenSession {
  readonly family: Family;
  /** null: not told */
  readonly type: PeerType | null;
  readonly address: string;
  readonly up: boolean;
  /** its state, with what it means where that is known */
  readonly state: string;
}

export interface Sight {
  /** why nothing is known of the node; '' when something is */
  readonly problem: string;
  readonly sessions: readonly SeenSession[];
  /** null: not told */
  readonly routes: Readonly<Record<Family, SeenRoutes | null>>;
}

/** A node to look at, and the families in which it has an address. */
export interface Watched {
  readonly name: string;
  readonly families: readonly Family[];
}

/** Where sights come from. */
export interface SightSource {
  /** Looks at the nodes now. That one cannot be seen is a sight. @throws when the command is ended */
  look(nodes: readonly Watched[], seen: (node: string, sight: Sight) => void): Promise<void>;
  /** whether there is a way to look at a node */
  canSee(node: string): boolean;
  /**
   * Whether the nodes can be looked at where they are looked for: what no waiting puts right is told before anything is written.
   * @throws {Stopped} otherwise
   */
  check(nodes: readonly Watched[]): Promise<void>;
  /** milliseconds between two looks */
  readonly pause: number;
  /** takes away what was made for looking */
  close(): Promise<void>;
}

/** The sight of a node of which nothing is known. */
export function unseen(problem: string): Sight {
  return { problem, sessions: [], routes: { ipv4: null, ipv6: null } };
}
