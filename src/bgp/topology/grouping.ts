/** Which nodes are drawn as one box, so that a picture of hundreds of nodes can be read. */
import type { BgpCluster, BgpNode } from '../model.ts';

export interface Grouping {
  readonly by: 'none' | 'label' | 'cluster-id';
  /** the key of the label */
  readonly label?: string;
  /** why, as a sentence without its full stop */
  readonly reason: string;
}

/** Nodes up to which each has a box of its own. */
const FEW = 20;

/** Values that a label may have to be worth grouping by. */
const MOST_GROUPS = 60;

/** Part of the nodes that must have the label. */
const MOST_NODES = 0.9;

/** Keys that are looked for, the best first; `*` stands for any prefix (Kubernetes' well-known labels, and what people use beside them). */
const KEYS = [
  'rack',
  '*/rack',
  'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/zone',
  'zone',
  '*/zone',
];

/** @param wanted key of a label, `cluster-id` or `none`; undefined: what fits best */
export function chooseGrouping({ nodes }: BgpCluster, wanted: string | undefined): Grouping {
  if (wanted === 'none' || wanted === 'cluster-id') return { by: wanted, reason: 'as asked for' };
  if (wanted !== undefined) return { by: 'label', label: wanted, reason: 'as asked for' };
  if (nodes.length <= FEW) return { by: 'none', reason: `there are no more than ${FEW} nodes` };
  const many = `there are more than ${FEW} nodes`;
  const label = rackLabel(nodes);
  if (label !== undefined) return { by: 'label', label, reason: `${many}, and most have that label` };
  return { by: 'cluster-id', reason: `${many}, and no label of a rack or zone that most of them have` };
}

function rackLabel(nodes: readonly BgpNode[]): string | undefined {
  const values = new Map<string, Map<string, number>>();
  for (const { labels } of nodes) {
    for (const [key, value] of Object.entries(labels)) {
      const counts = values.get(key) ?? new Map<string, number>();
      counts.set(value, (counts.get(value) ?? 0) + 1);
      values.set(key, counts);
    }
  }
  const fits = (key: string): boolean => {
    const counts = values.get(key) ?? new Map<string, number>();
    const labelled = [...counts.values()].reduce((sum, count) => sum + count, 0);
    return labelled >= nodes.length * MOST_NODES && counts.size > 1 && counts.size <= MOST_GROUPS;
  };
  const keys = [...values.keys()].sort();
  return KEYS.flatMap((pattern) =>
    pattern.startsWith('*') ? keys.filter((key) => key.endsWith(pattern.slice(1))) : [pattern],
  ).find(fits);
}
