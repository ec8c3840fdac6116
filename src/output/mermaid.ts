/** Drawings as Mermaid flowcharts (mermaid.js.org, "Flowcharts"), which many places show that show Markdown. */
import { belowEachOther } from './drawing.ts';
import type { Drawing, Edge, Vertex } from './drawing.ts';

/** What stands around a label. */
const SHAPES: Readonly<Record<Vertex['look'], readonly [string, string]>> = {
  plain: ['(', ')'],
  important: ['[', ']'],
  group: ['[[', ']]'],
  outside: ['([', '])'],
};

const CLASSES: readonly string[] = [
  'classDef important fill:#cfe2ff,stroke:#495057,color:#000',
  'classDef group fill:#f1f3f5,stroke:#495057,color:#000',
  'classDef outside fill:#fff3cd,stroke:#495057,color:#000',
  'classDef critical stroke:#d6336c,stroke-width:3px',
];

/** The text ends with a newline. */
export function formatMermaid({ title, vertices, frames, edges }: Drawing): string {
  const framed = new Set(frames.flatMap(({ members }) => members));
  const byId = new Map(vertices.map((vertex) => [vertex.id, vertex]));
  const broken = edges.flatMap(({ isBroken }, index) => (isBroken ? [index] : []));
  // Links are numbered in the order of the text.
  const visible = edges.map((edge) => `  ${edgeLine(edge)}`);
  const lines = [
    '---',
    `title: ${JSON.stringify(title)}`,
    '---',
    'flowchart TB',
    ...vertices.filter(({ id }) => !framed.has(id)).map((vertex) => `  ${vertexLine(vertex)}`),
    ...frames.flatMap(({ id, label, members }) => [
      `  subgraph ${id}["${escaped(label)}"]`,
      ...members.flatMap((member) => {
        const vertex = byId.get(member);
        return vertex === undefined ? [] : [`    ${vertexLine(vertex)}`];
      }),
      '  end',
    ]),
    ...visible,
    ...frames.flatMap((frame) => belowEachOther(frame).map(([above, below]) => `  ${above} ~~~ ${below}`)),
    ...CLASSES.map((line) => `  ${line}`),
    ...(['important', 'group', 'outside'] as const).flatMap((look) =>
      classLine(
        look,
        vertices.filter((vertex) => vertex.look === look),
      ),
    ),
    ...classLine(
      'critical',
      vertices.filter(({ isCritical }) => isCritical),
    ),
    ...(broken.length === 0 ? [] : [`  linkStyle ${broken.join()} stroke:#d6336c,color:#d6336c`]),
  ];
  return `${lines.join('\n')}\n`;
}

function classLine(name: string, vertices: readonly Vertex[]): readonly string[] {
  return vertices.length === 0 ? [] : [`  class ${vertices.map(({ id }) => id).join()} ${name}`];
}

function vertexLine({ id, lines, look }: Vertex): string {
  const [open, close] = SHAPES[look];
  return `${id}${open}"${lines.map(escaped).join('<br/>')}"${close}`;
}

function edgeLine({ from, to, label, isBroken }: Edge): string {
  const line = isBroken ? '-.-' : '---';
  return label === '' ? `${from} ${line} ${to}` : `${from} ${line}|"${escaped(label)}"| ${to}`;
}

/** Inside quotes Mermaid knows character references without their ampersand. */
function escaped(text: string): string {
  return text.replace(/[#&<>"`\\]/g, (character) => `#${character.codePointAt(0) ?? 0};`).replaceAll('\n', '<br/>');
}
