/** A topology in words and numbers, for a terminal. */
import { describeGap, familyName, nodesNamed, someNames } from '../../operations/bgp-topology.ts';
import type { Box, Edge, FamilyTopology, SinglePoint, Topology } from '../../operations/bgp-topology.ts';
import { formatRows } from '../../output/table.ts';

/** Lines of one sort that are shown. */
const SHOWN = 10;

function shortened(lines: readonly string[], what: string): readonly string[] {
  return lines.length <= SHOWN ? lines : [...lines.slice(0, SHOWN), `and ${lines.length - SHOWN} more ${what}`];
}

export function topologyText({ families, grouping, boxes, edges }: Topology): string {
  const by =
    grouping.by === 'none'
      ? 'not grouped'
      : `grouped by ${grouping.by === 'label' ? `label ${grouping.label ?? ''}` : 'cluster ID'}`;
  return [
    countsTable(families),
    `${boxesTable(families, boxes, edges)}${legend(boxes)}${by}: ${grouping.reason}\n\n`,
    findings(families),
  ].join('');
}

const legend = (boxes: readonly Box[]): string =>
  boxes.some(({ isCritical }) => isCritical) ? '!: without it others would lose routes\n' : '';

function countsTable(families: readonly FamilyTopology[]): string {
  const headings = ['FAMILY', 'NODES', 'SESSIONS', 'MESH', 'BGPPEERS', 'OUTSIDE', 'CANNOT COME UP', 'PARTITIONS'];
  const rows = families.map(({ family, nodes, sessions, partitions }) => {
    const { mesh, peers, external, faulty } = sessions;
    return [familyName(family), nodes, mesh + peers + external, mesh, peers, external, faulty, partitions.length].map(
      String,
    );
  });
  return formatRows([headings, ...rows]);
}

function boxesTable(families: readonly FamilyTopology[], boxes: readonly Box[], edges: readonly Edge[]): string {
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const rows = boxes.map((box) => {
    const { id, type, name, members, clusterIds, inMesh, meshSessions, isCritical } = box;
    const own = edges.filter(({ from, to }) => from === id || to === id);
    const countOf = (sessions: Edge['sessions']): string =>
      families.map(({ family }) => sessions[family] ?? 0).join('+');
    const between = own.map((edge) => {
      const other = byId.get(edge.from === id ? edge.to : edge.from);
      return `${other === box ? 'inside' : (other?.name ?? '')}: ${countOf(edge.sessions)}`;
    });
    const others = [...(Object.keys(meshSessions).length === 0 ? [] : [`mesh: ${countOf(meshSessions)}`]), ...between];
    const kind = type === 'external' ? 'outside' : clusterIds.length > 0 ? 'reflector' : type;
    return [
      `${name}${isCritical ? ' !' : ''}`,
      kind,
      String(members.length),
      clusterIds.length === 0 ? '-' : clusterIds.join(','),
      inMesh ? 'yes' : 'no',
      others.length === 0
        ? '-'
        : others.length <= 4
          ? others.join(', ')
          : `${others.slice(0, 3).join(', ')} and ${others.length - 3} more`,
    ];
  });
  const sessions = `SESSIONS (${families.map(({ family }) => familyName(family)).join('+')})`;
  return formatRows([['NAME', 'KIND', 'COUNT', 'CLUSTER ID', 'IN MESH', sessions], ...rows]);
}

function findings(families: readonly FamilyTopology[]): string {
  return families
    .map((family) => [...refusals(family), ...missing(family), ...points(family)].map((line) => `${line}\n`).join(''))
    .join('');
}

function refusals({ family, refused }: FamilyTopology): readonly string[] {
  if (refused.length === 0) return [];
  return [`${familyName(family)} configuration that BIRD refuses: ${nodesNamed(refused)}; see calicoctl bgp lint`];
}

function missing({ family, partitions: parts, gaps }: FamilyTopology): readonly string[] {
  const name = familyName(family);
  const alone = parts.filter(({ length }) => length === 1).flat();
  const several = parts.filter(({ length }) => length > 1).map((names) => nodesNamed(names));
  const texts = [
    ...(several.length > SHOWN ? [...several.slice(0, SHOWN), `${several.length - SHOWN} more parts`] : several),
    ...(alone.length === 0 ? [] : [`${nodesNamed(alone)} ${alone.length === 1 ? 'alone' : 'each alone'}`]),
  ];
  const apart = parts.length > 1 ? [`${name} partitions: ${texts.join('; ')}`] : [];
  return [...apart, ...shortened(gaps.map(describeGap), 'gaps')];
}

function points({ family, partitions, gaps, singlePoints: { nodes, sessions } }: FamilyTopology): readonly string[] {
  const name = familyName(family);
  const ends = (point: SinglePoint): string => {
    const what = point.ends.map((end) => end.name).join(' - ');
    const like = point.alike.length === 0 ? '' : ` and the like of ${point.alike.length} more`;
    return `${what}${like}`;
  };
  const lines = (kind: 'node' | 'session', found: readonly SinglePoint[] | undefined): readonly string[] => {
    if (found === undefined)
      return [`${name} single points of failure: ${kind}s were not looked at, there are too many`];
    const texts = found.map((point) => {
      const lost = someNames(point.cutsOff);
      return `${name} single point of failure: ${kind} ${ends(point)}, without which ${lost} would lose routes`;
    });
    return shortened(texts, `${kind}s like these`);
  };
  const all = [...lines('node', nodes), ...lines('session', sessions)];
  if (all.length > 0) return all;
  const isWhole = partitions.length < 2 && gaps.length === 0;
  return [`${name} single points of failure: none${isWhole ? '' : ' among what is connected'}`];
}
