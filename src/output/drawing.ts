/** A graph that is ready to be drawn: what a printer needs to know of it, in the order in which it is drawn. */

export interface Drawing {
  readonly title: string;
  readonly vertices: readonly Vertex[];
  /** frames around vertices; a vertex is in one at most */
  readonly frames: readonly Frame[];
  readonly edges: readonly Edge[];
}

export interface Vertex {
  /** letters and digits */
  readonly id: string;
  /** the first line is its name */
  readonly lines: readonly string[];
  readonly look: 'plain' | 'important' | 'group' | 'outside';
  /** drawn so that it is seen first */
  readonly isCritical: boolean;
}

export interface Frame {
  /** letters and digits */
  readonly id: string;
  readonly label: string;
  /** ids of vertices */
  readonly members: readonly string[];
}

export interface Edge {
  /** ids of vertices or frames; the first is drawn above the second */
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly isBroken: boolean;
  /** both ends are drawn side by side */
  readonly isLevel: boolean;
}

/** Members of a frame in rows, so that it becomes no line: pairs of which the second stands below the first. */
export function belowEachOther({ members }: Frame): readonly (readonly [string, string])[] {
  const columns = Math.ceil(Math.sqrt(members.length));
  return members.flatMap((member, index) => {
    const below = members[index + columns];
    return below === undefined ? [] : [[member, below] as const];
  });
}
