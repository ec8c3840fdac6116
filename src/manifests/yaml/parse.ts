/** Reads a YAML or JSON document as the Go calicoctl does: YAML 1.1 by go-yaml v2, made fit for JSON by sigs.k8s.io/yaml. */
import type { InputNode, Position } from '../../kinds/node.ts';
import { decodeYaml } from './encoding.ts';
import { YamlError } from './error.ts';
import { parseEveryday } from './everyday.ts';
import { resolveTree } from './resolve.ts';
import { parseDocument } from './yaml11/parser.ts';

export interface ParsedYaml {
  /** a null scalar when the document holds nothing but blanks and comments */
  readonly root: InputNode;
  /** where something stands behind the document that is not read: text after `...`, or a second JSON object */
  readonly restAt?: Position;
}

/**
 * Reads the first YAML document of a text. Booleans, numbers and null are told by YAML 1.1 (`yes`, `0123`, `~`), anchors, aliases, tags and
 * merge keys are resolved, keys are strings. A value that is an unquoted `!has(x)` is an empty string that keeps its tag.
 * @param options.firstLine the line of the file in which the document starts (1 if not given); positions count in the file, but the line
 *   numbers in messages count in the document, as the Go tool's do
 * @throws {YamlError} with the Go tool's words behind `error converting YAML to JSON: `
 */
export function parseYaml(source: string | Uint8Array, options: { readonly firstLine?: number } = {}): ParsedYaml {
  const { firstLine = 1 } = options;
  const simple = typeof source === 'string' ? readEveryday(source, firstLine) : undefined;
  if (simple !== undefined) return { root: simple };
  const { root, restAt } = parseDocument(decodeYaml(source, firstLine), firstLine);
  const node = resolveTree(root, firstLine);
  return restAt === undefined ? { root: node } : { root: node, restAt };
}

/** Undefined when the other reader has to be asked, if only for the exact place of a mistake. */
function readEveryday(text: string, firstLine: number): InputNode | undefined {
  const tree = parseEveryday(text, firstLine);
  if (tree === undefined) return undefined;
  try {
    return resolveTree(tree, firstLine);
  } catch (error) {
    if (error instanceof YamlError) return undefined;
    throw error;
  }
}
