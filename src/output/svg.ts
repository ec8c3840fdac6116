/** Drawings as pictures, laid out by Graphviz. */
import { formatDot } from './dot.ts';
import type { Drawing } from './drawing.ts';

/** As wide as any that a reader may have in its place, so that no text is cut off. */
const WIDEST = 'Verdana';
const FONTS = 'Verdana,DejaVu Sans,Helvetica,Arial,sans-serif';

/** SVG 1.1 as a document of its own; the text ends with a newline. */
export async function formatSvg(drawing: Drawing): Promise<string> {
  const { Graphviz } = await import('@hpcc-js/wasm-graphviz');
  const graphviz = await Graphviz.load();
  const svg = graphviz.layout(formatDot(drawing, WIDEST), 'svg', 'dot');
  return `${svg.replaceAll(`font-family="${WIDEST}"`, `font-family="${FONTS}"`).trimEnd()}\n`;
}
