/** What `lint` says. */
import type { LintRule } from './lint-rules.ts';
import type { Family } from './model.ts';

export interface Finding {
  readonly rule: LintRule;
  /** what it is about, `Node(a)` or `BGPPeer(to-rr)` */
  readonly subject: Subject;
  readonly message: string;
  /** undefined where it is about no family in particular */
  readonly family?: Family;
  /** the nodes that it concerns; empty where it is about another resource as such */
  readonly nodes: readonly string[];
  /** where routes of the nodes do not get; undefined for findings about other things */
  readonly routes?: MissingRoutes;
  /** JSON path of the subject's field that it is about */
  readonly path?: string;
}

export interface MissingRoutes {
  /** the nodes that do not learn them; equal to the finding's nodes where no two of them learn each other's */
  readonly to: readonly string[];
  /** nor do routes come the other way */
  readonly mutual: boolean;
}

export interface Subject {
  readonly kind: 'Node' | 'BGPPeer' | 'BGPConfiguration';
  readonly name: string;
}

/** A finding about nodes; the first of them is its subject. */
export function aboutNodes(rule: LintRule, nodes: readonly string[], message: string, family?: Family): Finding {
  const subject: Subject = { kind: 'Node', name: nodes[0] ?? '' };
  return { rule, subject, message, nodes, ...(family === undefined ? {} : { family }) };
}

/** A finding about a BGPPeer. */
export function aboutPeer(rule: LintRule, name: string, message: string, nodes: readonly string[] = []): Finding {
  return { rule, subject: { kind: 'BGPPeer', name }, message, nodes };
}

/** A finding about the BGPConfiguration `default`. */
export function aboutConfiguration(rule: LintRule, message: string, nodes: readonly string[]): Finding {
  return { rule, subject: { kind: 'BGPConfiguration', name: 'default' }, message, nodes };
}
