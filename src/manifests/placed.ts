/** Resources of a file that may hold very many. */
import type { Kind } from '../kinds/kind.ts';
import type { Position } from '../kinds/node.ts';
import type { ManifestResource } from './manifest.ts';
import type { YamlDocument } from './yaml/split.ts';

/** What reads a document of a file again. */
export interface Places {
  /** the file's name, as it is shown */
  readonly file: string;
  /** the resources of a document with all their places */
  again(document: YamlDocument): readonly ManifestResource[];
}

const NONE: readonly string[] = [];

/** A resource that has its places looked up in its document: small, as there may be very many. */
export class Placed implements ManifestResource {
  readonly kind: Kind;
  readonly resource: ManifestResource['resource'];
  readonly line: number;
  readonly unread: readonly string[];
  readonly #places: Places;
  readonly #document: YamlDocument;
  readonly #index: number;

  constructor(
    { kind, resource, line, unread }: ManifestResource,
    places: Places,
    document: YamlDocument,
    index: number,
  ) {
    this.kind = kind;
    this.resource = resource;
    this.line = line;
    this.unread = unread.length === 0 ? NONE : unread;
    this.#places = places;
    this.#document = document;
    this.#index = index;
  }

  get file(): string {
    return this.#places.file;
  }

  position(path: string): Position {
    return this.#places.again(this.#document)[this.#index]?.position(path) ?? { line: this.line, column: 1 };
  }
}
