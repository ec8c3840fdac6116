/**
 * The manifests of a folder tree, read once and kept up to date.
 *
 * Files end in `.yaml`, `.yml` or `.json`; folders whose name begins with a dot are left out (`.git`), and so are links to folders. A link to
 * a file is read unless it leads to a file of the same tree.
 */
import type { BigIntStats } from 'node:fs';
import { lstatSync, readFile, realpathSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { bytewise } from '../../kinds/schema.ts';
import { describeNotice } from '../../manifests/manifest.ts';
import { decodeUtf16, decodeUtf8 } from '../../manifests/yaml/encoding.ts';
import type { Content, Entry } from './content.ts';
import { readContent } from './content.ts';
import { codeOf } from '../../system-errors.ts';
import { systemReason } from './errors.ts';
import { TEMPORARY } from './replace.ts';

const contentsOf = promisify(readFile);

const MANIFEST = /\.(?:ya?ml|json)$/i;

/** Files that are read at the same time. */
const PARALLEL = 32;

/** Milliseconds for which single reads trust that files they do not need have not been edited in place. Lists trust nothing. */
const TRUST = 1000;

/** In a large tree they trust longer, so that looking takes no more than this part of the time. */
const TIME_FOR_LOOKING = 0.05;

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
  /** paths */
  readonly files: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
}

/** One look through the tree. */
interface Look {
  readonly everything: boolean;
  readonly tidy: boolean;
  readonly wanted: string[];
}

export class Folder {
  readonly root: string;
  readonly #signal: AbortSignal;
  readonly #warn: (message: string) => void;
  readonly #folders = new Map<string, KnownFolder>();
  readonly #files = new Map<string, KnownFile>();
  readonly #entries = new Map<string, Entry[]>();
  readonly #broken = new Set<string>();
  readonly #told = new Set<string>();
  /** until when single reads need not look at every file */
  #trustUntil = -Infinity;

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
    const started = performance.now();
    const everything = all || started > this.#trustUntil;
    const wanted: string[] = [];
    this.#walk(this.root, { everything, tidy, wanted });
    await this.#inParallel(wanted, (path) => this.check(path));
    if (everything) {
      const now = performance.now();
      this.#trustUntil = now + Math.max(TRUST, (now - started) / TIME_FOR_LOOKING);
    }
    for (const path of this.#broken) {
      const { content, signature = '' } = this.#files.get(path) ?? {};
      for (const problem of content?.problems ?? []) this.#tell(path, signature, describeNotice(problem));
    }
  }

  /** Reads a file again if it has changed. Answers undefined when it is not there. */
  async check(path: string): Promise<KnownFile | undefined> {
    this.#signal.throwIfAborted();
    let stats;
    let isLink;
    try {
      stats = lstatSync(path, { bigint: true });
      isLink = stats.isSymbolicLink();
      if (isLink) stats = statSync(path, { bigint: true });
      const known = this.#files.get(path);
      if (known?.signature === signatureOf(stats) && !known.recent) return known;
      if (!stats.isFile() || (isLink && this.#leadsInside(path))) {
        this.#forget(path);
        return undefined;
      }
      const bytes = await contentsOf(path);
      return this.#learn(fileOf(path, contentOf(path, bytes, stats, known?.content), stats, isLink));
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
  record(path: string, content: Content | undefined): void {
    try {
      // A folder that was made for this file is looked at next time.
      if (content === undefined || !this.#folders.has(dirname(path))) this.#forget(path);
      else this.#learn(fileOf(path, content, statSync(path, { bigint: true }), false));
      this.#recordFolder(dirname(path), path, content !== undefined);
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
    return [...this.#broken].flatMap((path) => this.#files.get(path) ?? []).filter(mayHold);
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

  /** Looks through a folder and those in it, and notes in `look.wanted` the files that have to be looked at. */
  #walk(path: string, look: Look): void {
    this.#signal.throwIfAborted();
    const before = this.#folders.get(path);
    const now = this.#folder(path, look);
    for (const file of before === now ? [] : (before?.files ?? [])) if (!now?.files.has(file)) this.#forget(file);
    for (const folder of before === now ? [] : (before?.folders ?? [])) {
      if (!now?.folders.has(folder)) this.#forgetFolder(folder);
    }
    if (now === undefined) return;
    for (const file of before === now && !look.everything ? [] : now.files) {
      if (look.everything || !this.#files.has(file)) look.wanted.push(file);
    }
    for (const folder of now.folders) this.#walk(folder, look);
  }

  /** What a folder holds; the object known before if it has not changed. */
  #folder(path: string, { everything, tidy }: Look): KnownFolder | undefined {
    try {
      const stats = statSync(path, { bigint: true });
      const known = this.#folders.get(path);
      const signature = signatureOf(stats);
      if (!everything && known?.signature === signature && !known.recent) return known;
      const files = new Set<string>();
      const folders = new Set<string>();
      // Not every runtime gives them in an order.
      const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => bytewise(a.name, b.name));
      for (const entry of entries) {
        if (entry.isDirectory()) {
          if (!entry.name.startsWith('.')) folders.add(join(path, entry.name));
        } else if (MANIFEST.test(entry.name)) files.add(join(path, entry.name));
        else if (tidy && TEMPORARY.test(entry.name)) rmSync(join(path, entry.name), { force: true });
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

  #forgetFolder(path: string): void {
    const known = this.#folders.get(path);
    this.#folders.delete(path);
    for (const file of known?.files ?? []) this.#forget(file);
    for (const folder of known?.folders ?? []) this.#forgetFolder(folder);
  }

  /** Keeps what is known of a folder valid after a change that this process made in it. */
  #recordFolder(path: string, file: string, exists: boolean): void {
    const known = this.#folders.get(path);
    if (known === undefined) return;
    const files = new Set(known.files);
    if (exists) files.add(file);
    else files.delete(file);
    const signature = signatureOf(statSync(path, { bigint: true }));
    this.#folders.set(path, { ...known, files, signature, recent: false });
  }

  #leadsInside(path: string): boolean {
    const [target, root] = [realpathSync(path), realpathSync(this.root)];
    return target.startsWith(root.endsWith(sep) ? root : root + sep);
  }

  #learn(file: KnownFile): KnownFile {
    this.#forget(file.path);
    this.#files.set(file.path, file);
    if (file.content.problems.length > 0) this.#broken.add(file.path);
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
    this.#broken.delete(path);
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

function contentOf(path: string, bytes: Uint8Array, stats: BigIntStats, before: Content | undefined): Content {
  const text = decodeUtf16(bytes) ?? decodeUtf8(bytes);
  if (text === undefined) return unreadable(path, 'this is no text in UTF-8');
  return readContent(path, text, new Date(Number(stats.mtimeMs)), before);
}

function unreadable(file: string, problem: string): Content {
  return { text: '', entries: [], problems: [{ file, line: 0, column: 0, problem }], warnings: [], known: new Map() };
}

function signatureOf(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
}

function isRecent(stats: BigIntStats): boolean {
  return Date.now() - Number(stats.ctimeMs) < TIME_GRAIN;
}
