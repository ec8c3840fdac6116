/** Drawings in Graphviz's language (graphviz.org, "DOT Language"). */
import { belowEachOther } from './drawing.ts';
import type { Drawing, Edge, Frame, Vertex } from './drawing.ts';

const LOOKS: Readonly<Record<Vertex['look'], string>> = {
  plain: 'shape=box, style="rounded,filled", fillcolor="#ffffff"',
  important: 'shape=box, style="filled", fillcolor="#cfe2ff"',
  group: 'shape=box, style="rounded,filled", fillcolor="#f1f3f5", peripheries=2',
  outside: 'shape=ellipse, style="filled", fillcolor="#fff3cd"',
};

/** The text ends with a newline. @param font one name: Graphviz takes a list for a narrow font */
export function formatDot({ title, vertices, frames, edges }: Drawing, font = 'Helvetica'): string {
  const named = `fontname=${quoted(font)}`;
  const framed = new Set(frames.flatMap(({ members }) => members));
  const byId = new Map(vertices.map((vertex) => [vertex.id, vertex]));
  const anchors = new Map(frames.map((frame) => [frame.id, anchorOf(frame)]));
  const lines = [
    'graph bgp {',
    `  graph [${named}, fontsize=14, labelloc=t, label=${quoted(title)}, compound=true, ranksep=0.6, nodesep=0.35]`,
    `  node [${named}, fontsize=11, margin="0.25,0.1"]`,
    `  edge [${named}, fontsize=9, color="#495057"]`,
    ...vertices.filter(({ id }) => !framed.has(id)).map((vertex) => `  ${vertexLine(vertex)}`),
    ...frames.flatMap((frame) => [
      `  subgraph cluster_${frame.id} {`,
      `    graph [label=${quoted(frame.label)}, style="rounded,dashed", color="#868e96", fontsize=11, margin=20]`,
      ...frame.members.flatMap((id) => {
        const vertex = byId.get(id);
        return vertex === undefined ? [] : [`    ${vertexLine(vertex)}`];
      }),
      ...belowEachOther(frame).map(([above, below]) => `    ${above} -- ${below} [style=invis, weight=10]`),
      '  }',
    ]),
    ...edges.map((edge) => `  ${edgeLine(edge, anchors)}`),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

/** The member of a frame at which edges to the frame end: in the middle of its first row. */
function anchorOf({ members }: Frame): string {
  return members[Math.floor((Math.ceil(Math.sqrt(members.length)) - 1) / 2)] ?? '';
}

function vertexLine({ id, lines, look, isCritical }: Vertex): string {
  const frame = isCritical ? ', color="#d6336c", penwidth=2' : '';
  return `${id} [label=${quoted(lines.join('\n'))}, ${LOOKS[look]}${frame}]`;
}

function edgeLine({ from, to, label, isBroken, isLevel }: Edge, anchors: ReadonlyMap<string, string>): string {
  const attributes = [
    ...(label === '' ? [] : [`label=${quoted(label)}`]),
    ...(isBroken ? ['style=dashed', 'color="#d6336c"', 'fontcolor="#d6336c"'] : []),
    ...(isLevel ? ['constraint=false'] : []),
    ...(anchors.has(from) ? [`ltail=cluster_${from}`] : []),
    ...(anchors.has(to) ? [`lhead=cluster_${to}`] : []),
  ];
  const ends = `${anchors.get(from) ?? from} -- ${anchors.get(to) ?? to}`;
  return attributes.length === 0 ? ends : `${ends} [${attributes.join(', ')}]`;
}

/** A quoted string; a newline becomes a line that is centred. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
