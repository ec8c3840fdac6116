/** Turns the documents of one file into resources, with the steps and words of the Go tool. */
import { decodeStruct, plainJson } from '../kinds/decode.ts';
import type { Decoded } from '../kinds/decode.ts';
import { goJson } from '../kinds/go-json.ts';
import { kindNamed } from '../kinds/index.ts';
import type { Kind } from '../kinds/kind.ts';
import type { InputMap, InputNode, InputScalar, Position } from '../kinds/node.ts';
import { objectSchema, resourceFrom } from '../kinds/object.ts';
import { API_VERSION } from '../kinds/resource.ts';
import type { JsonObject } from '../kinds/schema.ts';
import { isJsonObject } from '../kinds/schema.ts';
import type { Turns } from '../turns.ts';
import { kindAdvice, typeAdvice } from './advice.ts';
import type { Advice } from './advice.ts';
import { fieldAdvice } from './field-advice.ts';
import { listSchema } from './list-schema.ts';
import { ManifestError, NOT_READ } from './manifest.ts';
import type { ManifestResource, Notice } from './manifest.ts';
import { Placed } from './placed.ts';
import type { Places } from './placed.ts';
import { findTraps } from './traps.ts';
import { yamlAdvice } from './yaml-advice.ts';
import { YamlError } from './yaml/error.ts';
import { parseYaml } from './yaml/parse.ts';
import { DocumentTooLongError, splitDocuments } from './yaml/split.ts';
import type { YamlDocument } from './yaml/split.ts';

export { parseYaml };

const UNMARSHAL = 'error unmarshaling JSON: while decoding JSON: ';
const NOT_A_LIST = (got: string): string =>
  `${UNMARSHAL}json: cannot unmarshal ${got} into Go value of type []unstructured.Unstructured`;

/** What one file held. `error` is its first fault in the Go tool's words; nothing of the file may be used then. */
export interface DecodedFile {
  readonly resources: readonly ManifestResource[];
  readonly warnings: readonly Notice[];
  readonly error: ManifestError | undefined;
}

/**
 * Decodes a file's text. Never throws for bad input: the faults of all documents are in `error.notices`.
 * @param firstLine the line of the file in which the text starts
 */
export function decodeFile(file: string, bytes: Uint8Array, firstLine = 1): DecodedFile {
  const reader = new FileReader(file, firstLine);
  const documents = reader.read(bytes);
  while (documents.next().done !== true) continue;
  return decodedBy(reader);
}

/** The same for a file that may be long. Rejects with the signal's reason when the command is cancelled. */
export async function decodeFileInTurns(file: string, bytes: Uint8Array, turns: Turns): Promise<DecodedFile> {
  const reader = new FileReader(file, 1);
  const documents = reader.read(bytes);
  while (documents.next().done !== true) if (turns.due()) await turns.give();
  return decodedBy(reader);
}

function decodedBy(reader: FileReader): DecodedFile {
  const [first] = reader.faults;
  if (first === undefined) return { resources: reader.resources, warnings: reader.warnings, error: undefined };
  const notices = reader.faults.flatMap((fault) => fault.notices);
  return {
    resources: [],
    warnings: reader.warnings,
    error: new ManifestError('syntax', first.message, notices, { readable: reader.resources }),
  };
}

class FileReader implements Places {
  readonly resources: ManifestResource[] = [];
  readonly warnings: Notice[] = [];
  readonly faults: { message: string; notices: Notice[] }[] = [];
  readonly file: string;
  private bytes: Uint8Array = new Uint8Array();
  private lines: readonly string[] | undefined;
  private reread: { readonly document: YamlDocument; readonly resources: readonly ManifestResource[] } | undefined;
  private readonly firstLine: number;
  constructor(file: string, firstLine: number) {
    this.file = file;
    this.firstLine = firstLine;
  }

  /** Stops after each document. */
  *read(bytes: Uint8Array): Generator<void, void> {
    this.bytes = bytes;
    let documents;
    try {
      documents = splitDocuments(bytes, this.firstLine);
    } catch (error) {
      if (!(error instanceof DocumentTooLongError)) throw error;
      const at = { line: error.line, column: 1 };
      this.fault(error.message, [{ at, problem: 'a document may have at most 10 MiB' }]);
      return;
    }
    for (const document of documents) {
      const first = this.resources.length;
      this.document(document);
      this.forgetPlaces(document, first);
      if (document.dropped !== undefined) {
        const { text: dropped, at } = document.dropped;
        this.warnings.push(
          this.notice(at, `what follows --- on its line ${NOT_READ}, put it on a line of its own: ${dropped}`),
        );
      }
      yield;
    }
  }

  /**
   * Lets go of where the fields of a document stood: that is more than the resources themselves, and hardly ever asked for. Who asks has the document
   * read again.
   */
  private forgetPlaces(document: YamlDocument, first: number): void {
    for (let index = first; index < this.resources.length; index++) {
      const resource = this.resources[index];
      if (resource !== undefined) this.resources[index] = new Placed(resource, this, document, index - first);
    }
  }

  /** The resources of a document with all places; the last one asked for is kept. */
  again(document: YamlDocument): readonly ManifestResource[] {
    if (this.reread?.document !== document) {
      const reader = new FileReader(this.file, this.firstLine);
      reader.bytes = this.bytes;
      reader.document(document);
      this.reread = { document, resources: reader.resources };
    }
    return this.reread.resources;
  }

  /** A line of the file, for messages; the text is cut into lines only when one is needed. */
  private lineAt(line: number): string {
    return this.allLines()[line - this.firstLine] ?? '';
  }

  private allLines(): readonly string[] {
    this.lines ??= new TextDecoder().decode(this.bytes).split('\n');
    return this.lines;
  }

  private fault(message: string, places: readonly Advice[]): void {
    // libyaml may blame a place behind the end of the text.
    const last = this.firstLine + this.allLines().length - 1;
    const notices = places.map(({ at, problem, fix }) =>
      this.notice({ ...at, line: Math.min(at.line, last) }, problem, fix),
    );
    this.faults.push({ message, notices });
  }

  private notice(at: Position, problem: string, fix?: string, path?: string): Notice {
    return {
      file: this.file,
      line: at.line,
      column: at.column,
      problem,
      ...(fix === undefined ? {} : { fix }),
      ...(path === undefined ? {} : { path }),
    };
  }

  private document({ text: content, line }: YamlDocument): void {
    let node: InputNode;
    try {
      const { root, restAt } = parseYaml(content, { firstLine: line });
      node = root;
      if (restAt !== undefined)
        this.warnings.push(this.notice(restAt, `what follows the first document ${NOT_READ}`, '---'));
    } catch (error) {
      if (!(error instanceof YamlError)) throw error;
      const advice = yamlAdvice(error, line, (at) => this.lineAt(at));
      this.fault(`error converting YAML to JSON: ${error.message}`, advice);
      return;
    }
    this.warnings.push(...findTraps(node, this.file, (at) => this.lineAt(at)));
    if (node.type === 'list') node.items.forEach((item) => this.element(item));
    else this.object(node, { coerce: true, topLevel: true });
  }

  /** An element of a top-level sequence: needs its own kind, and gets no coercion to strings. */
  private element(node: InputNode): void {
    if (node.type === 'map') this.object(node, { coerce: false, topLevel: false });
    else
      this.fault(`${UNMARSHAL}Object 'Kind' is missing in '${goJson(plainJson(node))}'`, [
        { at: node.at, problem: 'a list at the top must hold objects' },
      ]);
  }

  private object(
    node: InputNode,
    { coerce, topLevel }: { readonly coerce: boolean; readonly topLevel: boolean },
  ): void {
    if (node.type === 'null') {
      this.fault('unknown resource type () and/or version ()', [
        {
          at: node.at,
          problem: 'a document without content, or with comments only; remove its --- line, or write an object',
        },
      ]);
      return;
    }
    if (node.type !== 'map') {
      const got = node.type === 'int' || node.type === 'float' ? 'number' : node.type === 'list' ? 'array' : node.type;
      this.fault(NOT_A_LIST(got), [
        { at: node.at, problem: 'a manifest must be a mapping with apiVersion, kind, metadata and spec' },
      ]);
      return;
    }
    const kind = stringEntry(node, 'kind');
    const apiVersion = stringEntry(node, 'apiVersion');
    if (kind === undefined || kind === '' || (apiVersion ?? '').split('/').length > 2) {
      const message = topLevel
        ? NOT_A_LIST('object')
        : `${UNMARSHAL}Object 'Kind' is missing in '${goJson(plainJson(node))}'`;
      this.fault(message, [kindAdvice(node)]);
      return;
    }
    const known = apiVersion === API_VERSION ? (kindNamed(kind) ?? kindNamed(kind.replace(/List$/, ''))) : undefined;
    if (known === undefined) {
      this.unknownType(node, kind, apiVersion ?? '');
      return;
    }
    if (known.name === kind) this.single(known, node, coerce);
    else this.list(known, node, coerce);
  }

  private unknownType(node: InputMap, kind: string, apiVersion: string): void {
    const entry = node.entries.find(({ key }) => key === (apiVersion === API_VERSION ? 'kind' : 'apiVersion'));
    const at = entry?.value.at ?? node.at;
    this.fault(`unknown resource type (${kind}) and/or version (${apiVersion})`, [typeAdvice(kind, apiVersion, at)]);
  }

  private single(kind: Kind, node: InputMap, coerce: boolean): void {
    const decoded = decodeStruct(objectSchema(kind), node, { coerce });
    this.accept(kind, decoded);
    this.add(kind, decoded.value, node.at, decoded, '');
  }

  private list(kind: Kind, node: InputMap, coerce: boolean): void {
    const items = node.entries.find(({ key }) => key === 'items')?.value;
    const inherited =
      items?.type === 'list' ? { ...items, items: items.items.map((item) => this.inherit(kind, item)) } : items;
    const entries = node.entries.map((entry) =>
      entry.key === 'items' && inherited !== undefined ? { ...entry, value: inherited } : entry,
    );
    const decoded = decodeStruct(listSchema(kind), { ...node, entries }, { coerce });
    this.accept(kind, decoded);
    const { items: values } = decoded.value;
    if (!Array.isArray(values)) return;
    values.forEach((value: unknown, index) => {
      const path = `items[${index}]`;
      if (isJsonObject(value)) this.add(kind, value, decoded.positions.get(path) ?? node.at, decoded, `${path}.`);
    });
  }

  /** An item of `<Kind>List` takes apiVersion and kind from its list; one of another kind is refused. */
  private inherit(kind: Kind, node: InputNode): InputNode {
    if (node.type !== 'map') return node;
    const given = stringEntry(node, 'kind');
    if (given !== undefined && given !== kind.name) {
      const message = `${UNMARSHAL}json: ${kind.name}List holds an item of kind ${given}`;
      this.fault(message, [
        { at: node.at, problem: `every item of a ${kind.name}List must be a ${kind.name}`, fix: `kind: ${kind.name}` },
      ]);
    }
    const missing = [
      ['apiVersion', API_VERSION],
      ['kind', kind.name],
    ].filter(([key]) => !node.entries.some((entry) => entry.key === key));
    if (missing.length === 0) return node;
    const added = missing.map(([key = '', value = '']) => {
      const scalar: InputScalar = { type: 'string', text: value, source: value, quoted: false, at: node.at };
      return { key, keyAt: node.at, value: scalar, quotedKey: false };
    });
    const problem = `list item without ${missing.map(([key]) => key).join(' and ')}, taken from the list`;
    this.warnings.push(this.notice(node.at, problem, missing.map(([key, value]) => `${key}: ${value}`).join(', ')));
    return { ...node, entries: [...added, ...node.entries] };
  }

  /** Notes what is wrong, or odd, about a document that was decoded. */
  private accept(kind: Kind, decoded: Decoded): void {
    for (const { given, field: name, path, at } of decoded.miscased) {
      const shown = this.lineAt(at.line).trim();
      const fix = shown.startsWith(given) || shown.startsWith(`- ${given}`) ? shown.replace(given, name) : `${name}:`;
      this.warnings.push(
        this.notice(
          at,
          `"${given}" is accepted, but the field is called "${name}"; kubectl would refuse it`,
          fix,
          path,
        ),
      );
    }
    const [first] = decoded.problems;
    if (first === undefined) return;
    const notices = decoded.problems.map((problem) => {
      const advice = fieldAdvice(problem, objectSchema(kind));
      return this.notice(advice.at, advice.problem, advice.fix, problem.path);
    });
    this.faults.push({ message: `${UNMARSHAL}${first.message}`, notices });
  }

  private add(kind: Kind, value: JsonObject, at: Position, { positions, problems }: Decoded, prefix: string): void {
    const { metadata, spec, status } = value;
    const resource = resourceFrom(kind, { metadata: isJsonObject(metadata) ? metadata : {}, spec, status });
    this.resources.push({
      kind,
      resource,
      file: this.file,
      line: at.line,
      unread: problems.flatMap(({ path }) => (path.startsWith(prefix) ? [path.slice(prefix.length)] : [])),
      position: (path) => nearest(positions, prefix, path) ?? at,
    });
  }
}

/** The position of a path or of its nearest parent. */
function nearest(positions: ReadonlyMap<string, Position>, prefix: string, path: string): Position | undefined {
  for (let part = path; part !== ''; part = part.replace(/(\.|\[)[^.[]*$|^[^.[]+$/, '')) {
    const at = positions.get(`${prefix}${part}`);
    if (at !== undefined) return at;
  }
  return undefined;
}

function stringEntry(node: InputMap, name: string): string | undefined {
  const value = node.entries.find(({ key }) => key === name)?.value;
  return value?.type === 'string' ? value.text : undefined;
}
