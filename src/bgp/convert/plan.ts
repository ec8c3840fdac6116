/** A plan that changes how a cluster's nodes exchange their routes. */
import type { Family } from '../model.ts';
import type { Write } from './writes.ts';

/** What the nodes are to do in the end. */
export type Target = 'reflectors' | 'mesh';

export interface Label {
  readonly key: string;
  readonly value: string;
}

export interface Plan {
  readonly to: Target;
  /** names of the nodes that become reflectors, or stop being some, in the order in which they change */
  readonly reflectors: readonly string[];
  /** settings of the new reflectors; undefined on the way to a mesh */
  readonly settings: ReflectorSettings | undefined;
  readonly nodes: number;
  /** before the first step */
  readonly before: Counts;
  readonly steps: readonly Step[];
  readonly warnings: readonly string[];
}

export interface ReflectorSettings {
  /** what peerSelector looks for */
  readonly label: Label;
  readonly clusterId: string;
  /** name of the BGPPeer between all nodes and the reflectors */
  readonly peer: string;
}

export interface Step {
  readonly does: string;
  /** what may go wrong for traffic while it is made */
  readonly risk: string;
  /** what is waited for afterwards */
  readonly gate: string;
  readonly writes: readonly Write[];
  readonly after: Counts;
}

/** How many sessions there are. */
export interface Counts {
  /** each counted once, not once at each end */
  readonly sessions: Readonly<Record<Family, number>>;
  /** of the node that has most, both families together */
  readonly most: number;
}

/** Why a plan may not be carried out. */
export interface Failure {
  /** what a program can tell it by */
  readonly code: FailureCode;
  readonly message: string;
  /** what helps; '' for nothing in particular */
  readonly hint: string;
  /** the name that no node has, where it is about one */
  readonly missing?: string;
}

export type FailureCode =
  | 'already-there'
  | 'no-such-node'
  | 'too-few'
  | 'missing-family'
  | 'as-mismatch'
  | 'other-reflectors'
  | 'label-in-use'
  | 'peer-exists'
  | 'manual-peering'
  | 'hidden'
  | 'lint'
  | 'lint-after'
  | 'not-removable'
  | 'no-reflectors'
  | 'last-reflector'
  | 'several-ids'
  | 'not-selectable'
  | 'not-reached';
