/** Drawings as pictures, laid out by Graphviz. */
import { formatDot } from './dot.ts';
import type { Drawing } from './drawing.ts';

/** SVG 1.1 as a document of its own; the text ends with a newline. */
export async function formatSvg(drawing: Drawing): Promise<string> {
  const { Graphviz } = await import('@hpcc-js/wasm-graphviz');
  const graphviz = await Graphviz.load();
  return `${graphviz.layout(formatDot(drawing), 'svg', 'dot').trimEnd()}\n`;
}
