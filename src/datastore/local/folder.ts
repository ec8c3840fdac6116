/**
 * The manifests of a folder tree, read once and kept up to date.
 *
 * Files end in `.yaml`, `.yml` or `.json`; folders whose name begins with a dot are left out (`.git`), and so are links to folders. A link to
 * a file is read unless it leads to a file of the same tree.
 */
import type { BigIntStats } from 'node:fs';
import { lstat, readdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { bytewise } from '../../kinds/schema.ts';
import { describeNotice } from '../../manifests/manifest.ts';
import { decodeUtf16, decodeUtf8 } from '../../manifests/yaml/encoding.ts';
import type { Content, Entry } from './content.ts';
import { readContent } from './content.ts';
import { codeOf, systemReason } from './errors.ts';
import { TEMPORARY } from './replace.ts';

const MANIFEST = /\.(?:ya?ml|json)$/i;

/** Files that are read at the same time. */
const PARALLEL = 32;

/** Milliseconds for which single reads trust that files they do not need have not been edited in place. Lists trust nothing. */
const TRUST = 1000;

/** Milliseconds within which a file system may give two changes the same time. */
const TIME_GRAIN = 20;

export interface KnownFile {
  readonly path: string;
  readonly content: Content;
  readonly isLink: boolean;
  readonly mode: number;
  /** changes whenever the file does */
  readonly signature: string;
  /** it was changed so shortly before it was read that a second change may have the same signature */
  readonly recent: boolean;
}

interface KnownFolder {
  readonly signature: string;
  readonly recent: boolean;
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

export class Folder {
  readonly root: string;
  readonly #signal: AbortSignal;
  readonly #warn: (message: string) => void;
  readonly #folders = new Map<string, KnownFolder>();
  readonly #files = new Map<string, KnownFile>();
  readonly #entries = new Map<string, Entry[]>();
  readonly #told = new Set<string>();
  #checkedAt = -Infinity;

  constructor(root: string, options: { readonly signal: AbortSignal; readonly warn: (message: string) => void }) {
    this.root = root;
    this.#signal = options.signal;
    this.#warn = options.warn;
  }

  /**
   * Takes notice of what has changed on disk: of every file with `all`, else of files that came or went.
   * With `tidy`, which the lock allows, files that killed writers left behind are removed.
   */
  async refresh({ all, tidy = false }: { readonly all: boolean; readonly tidy?: boolean }): Promise<void> {
    const everything = all || performance.now() - this.#checkedAt > TRUST;
    const started = performance.now();
    const found = new Set<string>();
    const wanted: string[] = [];
    await this.#walk(this.root, everything, tidy, (path) => {
      found.add(path);
      if (everything || !this.#files.has(path)) wanted.push(path);
    });
    for (const path of this.#files.keys()) if (!found.has(path)) this.#forget(path);
    await this.#inParallel(wanted, (path) => this.check(path));
    if (everything) this.#checkedAt = started;
    for (const { path, content, signature } of this.#files.values()) {
      for (const problem of content.problems) this.#tell(path, signature, describeNotice(problem));
    }
  }

  /** Reads a file again if it has changed. Answers undefined when it is not there. */
  async check(path: string): Promise<KnownFile | undefined> {
    this.#signal.throwIfAborted();
    let stats;
    let isLink;
    try {
      stats = await lstat(path, { bigint: true });
      isLink = stats.isSymbolicLink();
      if (isLink) stats = await stat(path, { bigint: true });
      const known = this.#files.get(path);
      if (known?.signature === signatureOf(stats) && !known.recent) return known;
      if (!stats.isFile() || (isLink && (await this.#leadsInside(path)))) {
        this.#forget(path);
        return undefined;
      }
      const bytes = await readFile(path);
      return this.#learn(fileOf(path, contentOf(path, bytes, stats), stats, isLink));
    } catch (error) {
      const reason = systemReason(error);
      if (reason === undefined) throw error;
      // It went away in between, or is a link to nowhere.
      if (codeOf(error) === 'ENOENT') {
        this.#forget(path);
        return undefined;
      }
      const file = { path, isLink: false, mode: 0, signature: reason, recent: true };
      return this.#learn({ ...file, content: unreadable(path, reason) });
    }
  }

  /** Takes notice of a file that this process has just written with that content, or removed. */
  async record(path: string, content: Content | undefined): Promise<void> {
    try {
      if (content === undefined) this.#forget(path);
      else this.#learn(fileOf(path, content, await stat(path, { bigint: true }), false));
      await this.#recordFolder(dirname(path), basename(path), content !== undefined);
    } catch (error) {
      // Somebody took it away already; the next look will tell.
      if (codeOf(error) !== 'ENOENT') throw error;
      this.#forget(path);
    }
  }

  /** Whether a folder is one of the tree, as far as it was there at the last look. */
  knows(folder: string): boolean {
    return this.#folders.has(folder);
  }

  /** The places in which an object stands, in bytewise order of the files. */
  entries(key: string): readonly Entry[] {
    return [...(this.#entries.get(key) ?? [])].sort((a, b) => bytewise(a.file, b.file) || a.line - b.line);
  }

  /** All objects of a kind, those of one name side by side, in bytewise order of namespace and name. */
  entriesOf(kind: string): readonly (readonly Entry[])[] {
    const prefix = `${kind}/`;
    const keys = [...this.#entries.keys()].filter((key) => key.startsWith(prefix)).sort(bytewise);
    return keys.map((key) => this.entries(key));
  }

  file(path: string): KnownFile | undefined {
    return this.#files.get(path);
  }

  /** Files that cannot be read and of which `mayHold` says that they may hold what is asked for. */
  broken(mayHold: (file: KnownFile) => boolean): readonly KnownFile[] {
    return [...this.#files.values()].filter((file) => file.content.problems.length > 0 && mayHold(file));
  }

  /** Tells a person, once, what is doubtful in the files of these objects. */
  tellWarnings(entries: Iterable<Entry>): void {
    const paths = new Set<string>();
    for (const { file } of entries) paths.add(file);
    for (const path of paths) {
      const file = this.#files.get(path);
      for (const warning of file?.content.warnings ?? [])
        this.#tell(path, file?.signature ?? '', describeNotice(warning));
    }
  }

  #tell(path: string, signature: string, message: string): void {
    const id = `${path}\n${signature}\n${message}`;
    if (this.#told.has(id)) return;
    this.#told.add(id);
    this.#warn(message);
  }

  async #walk(path: string, everything: boolean, tidy: boolean, visit: (file: string) => void): Promise<void> {
    this.#signal.throwIfAborted();
    const folder = await this.#folder(path, everything, tidy);
    for (const name of folder?.files ?? []) visit(join(path, name));
    for (const name of folder?.folders ?? []) await this.#walk(join(path, name), everything, tidy, visit);
  }

  async #folder(path: string, everything: boolean, tidy: boolean): Promise<KnownFolder | undefined> {
    try {
      const stats = await stat(path, { bigint: true });
      const known = this.#folders.get(path);
      const signature = signatureOf(stats);
      if (!everything && known?.signature === signature && !known.recent) return known;
      const files: string[] = [];
      const folders: string[] = [];
      for (const entry of await readdir(path, { withFileTypes: true })) {
        if (entry.isDirectory()) {
          if (!entry.name.startsWith('.')) folders.push(entry.name);
        } else if (MANIFEST.test(entry.name)) files.push(entry.name);
        else if (tidy && TEMPORARY.test(entry.name)) await rm(join(path, entry.name), { force: true });
      }
      const folder = { signature, recent: isRecent(stats), files, folders };
      this.#folders.set(path, folder);
      return folder;
    } catch (error) {
      this.#folders.delete(path);
      const reason = systemReason(error);
      if (reason === undefined) throw error;
      if (codeOf(error) === 'ENOENT') return undefined;
      // Without its root there is nothing to serve.
      if (path === this.root) throw error;
      this.#tell(path, reason, `${path}: ${reason}`);
      return undefined;
    }
  }

  /** Keeps what is known of a folder valid after a change that this process made in it. */
  async #recordFolder(path: string, name: string, exists: boolean): Promise<void> {
    const known = this.#folders.get(path);
    if (known === undefined) return;
    const others = exists && known.files.includes(name) ? known.files : known.files.filter((other) => other !== name);
    const files = exists && others !== known.files ? [...others, name] : others;
    this.#folders.set(path, {
      ...known,
      files,
      signature: signatureOf(await stat(path, { bigint: true })),
      recent: false,
    });
  }

  async #leadsInside(path: string): Promise<boolean> {
    const [target, root] = await Promise.all([realpath(path), realpath(this.root)]);
    return target.startsWith(root.endsWith(sep) ? root : root + sep);
  }

  #learn(file: KnownFile): KnownFile {
    this.#forget(file.path);
    this.#files.set(file.path, file);
    for (const entry of file.content.entries) {
      const others = this.#entries.get(entry.key);
      if (others === undefined) this.#entries.set(entry.key, [entry]);
      else others.push(entry);
    }
    return file;
  }

  #forget(path: string): void {
    const known = this.#files.get(path);
    if (known === undefined) return;
    this.#files.delete(path);
    for (const { key } of known.content.entries) {
      const left = this.#entries.get(key)?.filter((entry) => entry.file !== path) ?? [];
      if (left.length === 0) this.#entries.delete(key);
      else this.#entries.set(key, left);
    }
  }

  async #inParallel(paths: readonly string[], work: (path: string) => Promise<unknown>): Promise<void> {
    let next = 0;
    const worker = async (): Promise<void> => {
      for (;;) {
        const path = paths[next++];
        if (path === undefined) return;
        await work(path);
      }
    };
    await Promise.all(Array.from({ length: Math.min(PARALLEL, paths.length) }, worker));
  }
}

function fileOf(path: string, content: Content, stats: BigIntStats, isLink: boolean): KnownFile {
  return { path, content, isLink, mode: Number(stats.mode), signature: signatureOf(stats), recent: isRecent(stats) };
}

function contentOf(path: string, bytes: Uint8Array, stats: BigIntStats): Content {
  const text = decodeUtf16(bytes) ?? decodeUtf8(bytes);
  if (text === undefined) return unreadable(path, 'this is no text in UTF-8');
  return readContent(path, text, new Date(Number(stats.mtimeMs)));
}

function unreadable(file: string, problem: string): Content {
  return { text: '', entries: [], problems: [{ file, line: 0, column: 0, problem }], warnings: [] };
}

function signatureOf(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
}

function isRecent(stats: BigIntStats): boolean {
  return Date.now() - Number(stats.ctimeMs) < TIME_GRAIN;
}
