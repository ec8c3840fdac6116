/**
 * Gives a YAML tree its meaning, as go-yaml v2 and sigs.k8s.io/yaml do on the way from YAML to JSON: words become booleans and numbers,
 * tags are obeyed, aliases and merge keys are put in, keys become strings.
 */
import type { InputEntry, InputMap, InputNode, InputScalar, Position } from '../../kinds/node.ts';
import { formatGoFloat } from '../../kinds/scalars/float.ts';
import type { TypedScalar } from '../../kinds/scalars/plain.ts';
import { isTimestamp, resolvePlain } from '../../kinds/scalars/plain.ts';
import { bytewise } from '../../kinds/schema.ts';
import { quote } from '../../net/quote.ts';
import { YamlError } from './error.ts';
import type { Tree, TreeMap, TreeScalar } from './tree.ts';

const STANDARD = 'tag:yaml.org,2002:';
const MERGE = '<<';

/** Floats without digits, as Go and as YAML name them. */
const NOT_FINITE: ReadonlyMap<string, string> = new Map([
  ['+Inf', '.inf'],
  ['-Inf', '-.inf'],
  ['NaN', '.nan'],
]);

/**
 * @param firstLine the line of the file in which the document starts; messages count from there, as the Go tool's do
 * @throws {YamlError} for a value without a JSON form: a key given twice, a null key, an infinite number, aliases that explode
 */
export function resolveTree(tree: Tree | undefined, firstLine: number): InputNode {
  const at = { line: firstLine, column: 1 };
  if (tree === undefined) return { type: 'null', text: '', source: '', quoted: false, at };
  const resolver = new Resolver(firstLine);
  const node = resolver.value(tree);
  resolver.throwFirst();
  return node;
}

/** What a mapping becomes while its entries and those merged into it are collected. */
type Entries = Map<string, InputEntry>;

class Resolver {
  readonly #firstLine: number;
  readonly #duplicates: { readonly text: string; readonly at: Position }[] = [];
  #badKey: YamlError | undefined;
  #badNumber: YamlError | undefined;
  /** aliases that are being followed */
  readonly #open = new Set<Tree>();
  #nodes = 1;
  #aliased = 0;

  constructor(firstLine: number) {
    this.#firstLine = firstLine;
  }

  /** Throws what was noted, in the order of Go's steps: reading YAML, making JSON objects, writing JSON. */
  throwFirst(): void {
    const [first] = this.#duplicates;
    if (first !== undefined) {
      throw new YamlError(
        `yaml: unmarshal errors:\n${this.#duplicates.map(({ text }) => `  ${text}`).join('\n')}`,
        first.at,
      );
    }
    if (this.#badKey !== undefined) throw this.#badKey;
    if (this.#badNumber !== undefined) throw this.#badNumber;
  }

  /** A node that is no key. */
  value(tree: Tree): InputNode {
    const node = this.#node(tree);
    if (node.type === 'float' && NOT_FINITE.has(node.text)) {
      this.#badNumber ??= new YamlError(`json: unsupported value: ${node.text}`, tree.at);
    }
    return node;
  }

  #node(tree: Tree): InputNode {
    this.#count(tree.at);
    switch (tree.type) {
      case 'scalar':
        return scalar(tree);
      case 'list':
        return { type: 'list', items: tree.items.map((item) => this.value(item)), at: tree.at };
      case 'map':
        return this.#map(tree);
      case 'alias':
        return this.#follow(tree, () => this.#node(tree.target));
    }
  }

  /** go-yaml's protection against documents that grow by aliases of aliases. */
  #count(at: Position): void {
    this.#nodes++;
    if (this.#open.size === 0) return;
    this.#aliased++;
    if (this.#aliased > 100 && this.#nodes > 1000 && this.#aliased / this.#nodes > allowedAliases(this.#nodes)) {
      const [outermost] = this.#open;
      throw new YamlError('yaml: document contains excessive aliasing', outermost?.at ?? at);
    }
  }

  #follow<T>(tree: Tree & { readonly type: 'alias' }, action: () => T): T {
    if (this.#open.has(tree)) throw new YamlError(`yaml: anchor '${tree.name}' value contains itself`, tree.at);
    this.#open.add(tree);
    const result = action();
    this.#open.delete(tree);
    return result;
  }

  #map(tree: TreeMap): InputMap {
    const entries: Entries = new Map();
    this.#collect(tree, entries);
    const sorted = [...entries.values()];
    if (sorted.some((entry, index) => index > 0 && bytewise(sorted[index - 1]?.key ?? '', entry.key) > 0)) {
      sorted.sort((a, b) => bytewise(a.key, b.key));
    }
    return { type: 'map', entries: sorted, at: tree.at };
  }

  #collect(tree: TreeMap, entries: Entries): void {
    const { items } = tree;
    for (let index = 0; index + 1 < items.length; index += 2) {
      const key = items[index];
      const value = items[index + 1];
      if (key === undefined || value === undefined) break;
      if (isMerge(key)) this.#merge(value, entries);
      else this.#entry(key, value, entries);
    }
  }

  #entry(key: Tree, value: Tree, entries: Entries): void {
    const keyNode = this.#node(key);
    if (keyNode.type === 'map' || keyNode.type === 'list') {
      throw new YamlError(`yaml: invalid map key: ${goSyntax(keyNode)}`, key.at);
    }
    const text = keyText(keyNode);
    const valueNode = this.value(value);
    if (keyNode.type === 'null' || (keyNode.type === 'int' && BigInt(keyNode.text) >= 2n ** 63n)) {
      const type = keyNode.type === 'null' ? '%!s(<nil>)' : 'uint64';
      const shown = keyNode.type === 'null' ? '<nil>' : `0x${BigInt(keyNode.text).toString(16)}`;
      this.#badKey ??= new YamlError(
        `unsupported map key of type: ${type}, key: ${shown}, value: ${goSyntax(valueNode)}`,
        key.at,
      );
    }
    if (entries.has(text)) {
      const line = value.at.line - this.#firstLine + 1;
      this.#duplicates.push({ text: `line ${line}: key ${goSyntax(keyNode)} already set in map`, at: value.at });
      return;
    }
    entries.set(text, { key: text, keyAt: key.at, value: valueNode, quotedKey: keyNode.quoted });
  }

  #merge(value: Tree, entries: Entries): void {
    if (value.type === 'list') {
      // Earlier maps take precedence, so they come last.
      for (const item of value.items.toReversed()) this.#mergeMap(item, entries);
    } else this.#mergeMap(value, entries);
  }

  #mergeMap(tree: Tree, entries: Entries): void {
    const target = tree.type === 'alias' ? tree.target : tree;
    if (target.type !== 'map')
      throw new YamlError('yaml: map merge requires map or sequence of maps as the value', tree.at);
    this.#count(tree.at);
    if (tree.type === 'alias') {
      this.#follow(tree, () => {
        this.#count(target.at);
        this.#collect(target, entries);
      });
    } else this.#collect(target, entries);
  }
}

function scalar({ text, quoted, tag, at }: TreeScalar): InputScalar {
  if (tag === '') {
    const typed = quoted ? undefined : resolvePlain(text);
    return { type: typed?.type ?? 'string', text: typed?.text ?? text, source: text, quoted, at };
  }
  if (!tag.startsWith(STANDARD)) {
    const own = tag === '!' ? {} : { tag };
    return { type: 'string', text, source: text, quoted, ...own, at };
  }
  const typed = obeyTag(tag.slice(STANDARD.length), text, at);
  return { ...(typed ?? { type: 'string', text }), source: text, quoted, at };
}

/** The value of a scalar with a standard tag; a tag without a rule for scalars leaves the text as it is. */
function obeyTag(
  name: string,
  text: string,
  at: Position,
): TypedScalar | { readonly type: 'string'; readonly text: string } | undefined {
  if (name === 'binary') return { type: 'string', text: decodeBase64(text, at) };
  if (!['bool', 'int', 'float', 'null', 'timestamp'].includes(name)) return undefined;
  const typed = resolvePlain(text);
  if (name === 'timestamp' && isTimestamp(text)) return undefined;
  if (typed?.type === name) return typed;
  if (name === 'float' && typed?.type === 'int' && BigInt(typed.text) < 2n ** 63n)
    return { type: 'float', text: typed.text };
  throw new YamlError(`yaml: cannot decode !!${typed?.type ?? 'str'} \`${text}\` as a !!${name}`, at);
}

function decodeBase64(text: string, at: Position): string {
  const digits = text.replace(/[\r\n]/g, '');
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) {
    throw new YamlError('yaml: !!binary value contains invalid base64 data', at);
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    Uint8Array.from(atob(digits), (character) => character.charCodeAt(0)),
  );
}

function isMerge(key: Tree): boolean {
  return (
    key.type === 'scalar' &&
    key.text === MERGE &&
    (key.tag === `${STANDARD}merge` || key.tag === '!' || (key.tag === '' && !key.quoted))
  );
}

/** The string that a key becomes in JSON. */
function keyText(key: InputScalar): string {
  if (key.type !== 'float') return key.text;
  const text = /\d/.test(key.text) ? formatGoFloat(Number(key.text), 32) : key.text;
  return NOT_FINITE.get(text) ?? text;
}

/** The share of nodes that may come from aliases: 99 % in small documents, down to 10 % in those of millions of nodes. */
function allowedAliases(nodes: number): number {
  if (nodes <= 400_000) return 0.99;
  return Math.max(0.1, 0.99 - (0.89 * (nodes - 400_000)) / 3_600_000);
}

/** A value as Go's `%#v` prints it. */
function goSyntax(node: InputNode): string {
  switch (node.type) {
    case 'string':
      return quote(node.text);
    case 'null':
      return '<nil>';
    case 'float':
      return NOT_FINITE.has(node.text) ? node.text : formatGoFloat(Number(node.text), 64);
    case 'list':
      return `[]interface {}{${node.items.map(goElement).join(', ')}}`;
    case 'map':
      return `map[interface {}]interface {}{${node.entries.map(({ key, value }) => `${quote(key)}:${goElement(value)}`).join(', ')}}`;
    default:
      return node.text;
  }
}

function goElement(node: InputNode): string {
  return node.type === 'null' ? 'interface {}(nil)' : goSyntax(node);
}
