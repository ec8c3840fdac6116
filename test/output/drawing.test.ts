import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { describe, expect, it } from 'vitest';
import type { Drawing, Vertex } from '../../src/output/drawing.ts';
import { formatDot } from '../../src/output/dot.ts';
import { formatMermaid } from '../../src/output/mermaid.ts';
import { formatSvg } from '../../src/output/svg.ts';

const vertex = (id: string, line: string, changes: Partial<Vertex> = {}): Vertex => ({
  id,
  lines: [line],
  look: 'plain',
  isCritical: false,
  ...changes,
});

const NASTY = 'a "b" \\N \\\\ <c> & #quot; `d` ]] ; -- {e} %%';

const DRAWING: Drawing = {
  title: `title ${NASTY}`,
  vertices: [
    vertex('b1', NASTY, { lines: [NASTY, 'second'], look: 'important', isCritical: true }),
    vertex('b2', 'two', { look: 'group' }),
    vertex('b3', 'three'),
    vertex('b4', 'four', { look: 'outside' }),
  ],
  frames: [{ id: 'mesh', label: `frame ${NASTY}`, members: ['b2', 'b3'] }],
  edges: [
    { from: 'b1', to: 'mesh', label: NASTY, isBroken: false, isLevel: false },
    { from: 'b1', to: 'b4', label: '', isBroken: true, isLevel: true },
  ],
};

/** The text that XML means. */
const decoded = (text: string): string =>
  text
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

describe('formatDot()', () => {
  it('writes what Graphviz reads as the same texts', async () => {
    const graphviz = await Graphviz.load();
    const parsed: unknown = JSON.parse(graphviz.layout(formatDot(DRAWING), 'dot_json', 'dot'));
    // Graphviz keeps its own escapes as they are written.
    const kept = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
    expect(parsed).toMatchObject({
      label: kept(DRAWING.title),
      objects: [
        { name: 'cluster_mesh', label: kept(`frame ${NASTY}`) },
        { name: 'b1', label: kept(`${NASTY}\nsecond`) },
        { name: 'b4', label: 'four' },
        { name: 'b2', label: 'two' },
        { name: 'b3', label: 'three' },
      ],
      edges: [{ label: kept(NASTY) }, { label: '' }],
    });
  });
});

describe('formatSvg()', () => {
  it('is the same picture each time, with the texts as they are', async () => {
    const picture = await formatSvg(DRAWING);
    const texts = Array.from(picture.matchAll(/<text[^>]*>(.*)<\/text>/g), ([, text]) => decoded(text ?? ''));
    expect(texts).toContain(NASTY);
    expect(await formatSvg(DRAWING)).toBe(picture);
  });

  it('is wide enough for a title in a wide font over a small graph', async () => {
    const title = 'BGP sessions of 2 nodes, IPv4 and IPv6 (numbers are those of each)';
    const picture = await formatSvg({ title, vertices: [vertex('b1', 'one')], frames: [], edges: [] });
    const width = Number(/viewBox="0.00 0.00 ([\d.]+)/.exec(picture)?.[1]);
    // In DejaVu Sans, as librsvg draws it where no other font is there, 14 points high.
    expect(width).toBeGreaterThan(490);
  });
});

describe('formatMermaid()', () => {
  it('writes no character that Mermaid takes for its own', () => {
    const safe = 'a #34;b#34; #92;N #92;#92; #60;c#62; #38; #35;quot; #96;d#96; ]] ; -- {e} %%';
    expect(formatMermaid(DRAWING)).toBe(`---
title: ${JSON.stringify(DRAWING.title)}
---
flowchart TB
  b1["${safe}<br/>second"]
  b4(["four"])
  subgraph mesh["frame ${safe}"]
    b2[["two"]]
    b3("three")
  end
  b1 ---|"${safe}"| mesh
  b1 -.- b4
  classDef important fill:#cfe2ff,stroke:#495057,color:#000
  classDef group fill:#f1f3f5,stroke:#495057,color:#000
  classDef outside fill:#fff3cd,stroke:#495057,color:#000
  classDef critical stroke:#d6336c,stroke-width:3px
  class b1 important
  class b2 group
  class b4 outside
  class b1 critical
  linkStyle 1 stroke:#d6336c,color:#d6336c
`);
  });
});
