/** A topology for programs. */
import type { Json } from '../../kinds/schema.ts';
import type { SinglePoint, Topology } from '../../operations/bgp-topology.ts';

export function topologyJson({ families, grouping, boxes, edges }: Topology): Json {
  const listed = families.map(
    ({ family, nodes, meshNodes, sessions, partitions, gaps, refused, singlePoints }): Json => ({
      family,
      nodes,
      meshNodes,
      sessions: { ...sessions },
      partitions: partitions.map((names) => [...names]),
      gaps: gaps.map(({ from, to, mutual, cause }): Json => ({
        from: [...from],
        to: [...to],
        mutual,
        cause: cause.type,
      })),
      refused: [...refused],
      singlePoints: { nodes: pointsJson(singlePoints.nodes), sessions: pointsJson(singlePoints.sessions) },
    }),
  );
  return {
    families: listed,
    grouping: { ...grouping },
    boxes: boxes.map(({ members, clusterIds, asNumbers, meshSessions, ...box }): Json => ({
      ...box,
      members: [...members],
      clusterIds: [...clusterIds],
      asNumbers: [...asNumbers],
      meshSessions: { ...meshSessions },
    })),
    edges: edges.map(({ sessions, ...edge }): Json => ({ ...edge, sessions: { ...sessions } })),
  };
}

/** null where nobody looked. */
function pointsJson(points: readonly SinglePoint[] | undefined): Json {
  if (points === undefined) return null;
  return points.map(({ ends, alike, cutsOff }): Json => ({
    ends: ends.map(({ name }) => name),
    alike: alike.map(({ name }) => name),
    cutsOff: [...cutsOff],
  }));
}
