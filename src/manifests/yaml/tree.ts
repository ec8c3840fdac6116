/** The tree of a YAML document as it stands in the text, before tags, merge keys, aliases and words are given their meaning. */
import type { Position } from '../../kinds/node.ts';

export type Tree = TreeScalar | TreeList | TreeMap | TreeAlias;

export interface TreeScalar {
  readonly type: 'scalar';
  readonly text: string;
  readonly quoted: boolean;
  /** the full tag (`tag:yaml.org,2002:str`, `!has(a)`), or '' */
  readonly tag: string;
  /** the start of the node: of its tag or anchor, if it has one */
  readonly at: Position;
}
export interface TreeList {
  readonly type: 'list';
  readonly items: Tree[];
  readonly at: Position;
}
export interface TreeMap {
  readonly type: 'map';
  /** each key followed by its value */
  readonly items: Tree[];
  readonly at: Position;
}
export interface TreeAlias {
  readonly type: 'alias';
  readonly name: string;
  readonly target: Tree;
  readonly at: Position;
}
