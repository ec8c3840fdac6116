/**
 * A folder of manifests as a datastore. What it writes is one object a file, `<plural>/[<namespace>/]<name>.yaml`; what it reads is every
 * manifest anywhere in the folder, however it came there. Nothing but the manifests is stored: the revision of an object follows from its
 * text, so the folder can be edited by hand and kept in git.
 */
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, mkdir } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { Invalid } from '../../kinds/invalid.ts';
import { requireKind } from '../../kinds/index.ts';
import type { Kind } from '../../kinds/kind.ts';
import type { Ref, Resource } from '../../kinds/resource.ts';
import { API_VERSION, identifier, refOf } from '../../kinds/resource.ts';
import { describeNotice } from '../../manifests/manifest.ts';
import { formatJson } from '../../output/json.ts';
import { formatYaml } from '../../output/yaml.ts';
import type { Datastore, ListSelector, WriteOptions } from '../datastore.ts';
import { AlreadyExists, Conflict, Corrupt, NotFound, Unsupported } from '../errors.ts';
import type { ConnectionSettings, OpenOptions, SettingsError } from '../settings.ts';
import type { Content, Entry } from './content.ts';
import { keyOf, readContent, revisionFor, sameContent, sameOthers, storedForm, withEntry } from './content.ts';
import { codeOf } from '../../system-errors.ts';
import { translate } from './errors.ts';
import { Folder } from './folder.ts';
import type { KnownFile } from './folder.ts';
import { lockFolder, tidyLocks } from './lock.ts';
import type { Lock } from './lock.ts';
import { createFile, removeFile, replaceFile } from './replace.ts';
import { missingRoot } from './root.ts';

/**
 * Opens the folder `spec.localDir`. It need not exist: the first object that is created makes it.
 * @throws {SettingsError} when something else is there, or it may not be read
 */
export async function open(settings: ConnectionSettings, options: OpenOptions): Promise<Datastore> {
  return new LocalDatastore(settings, options, await missingRoot(settings));
}

type ListResult = Awaited<ReturnType<Datastore['list']>>;

class LocalDatastore implements Datastore {
  readonly type = 'local';
  readonly serverValidates = false;
  readonly ipam = undefined;
  #missing: SettingsError | undefined;
  readonly #root: string;
  readonly #setting: string;
  readonly #options: OpenOptions;
  readonly #folder: Folder;
  #hasWritten = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(settings: ConnectionSettings, options: OpenOptions, missing: SettingsError | undefined) {
    this.#missing = missing;
    const path = normalize(settings.spec.localDir);
    this.#root = path.length > 1 && path.endsWith(sep) ? path.slice(0, -1) : path;
    this.#setting = settings.origin('localDir');
    this.#options = options;
    this.#folder = new Folder(this.#root, options);
  }

  get missing(): SettingsError | undefined {
    return this.#missing;
  }

  async create(resource: Resource, { dryRun = false }: WriteOptions = {}): Promise<Resource> {
    const kind = requireKind(resource.kind);
    const ref = refOf(resource);
    const path = this.#pathFor(kind, ref);
    return this.#write(dryRun, true, async (lock) => {
      if ((await this.#places(ref)).length > 0) throw new AlreadyExists(ref);
      await this.#refuseUnreadable(path);
      const { text, content, entry } = this.#compose(kind, path, resource);
      if (lock === undefined) return entry.resource;
      await this.#makeFolders(dirname(path));
      lock.confirm();
      for (let number = 1; ; number++) {
        // The name may be taken by a file that holds other objects.
        const free = number === 1 ? path : path.replace(/\.yaml$/, `-${number}.yaml`);
        if (createFile(free, text)) {
          const written = free === path ? content : readContent(free, text, new Date());
          this.#folder.record(free, written);
          return entry.resource;
        }
      }
    });
  }

  update(resource: Resource, { dryRun = false }: WriteOptions = {}): Promise<Resource> {
    return this.#write(dryRun, false, async (lock) => {
      const kind = requireKind(resource.kind);
      const ref = refOf(resource);
      const entry = await this.#place(ref);
      if (resource.metadata.resourceVersion !== entry.resource.metadata.resourceVersion) throw new Conflict(ref);
      if (sameContent(kind, entry.resource, resource)) return entry.resource;
      const file = this.#writable(entry, 'update', ref);
      const text = withEntry(file.content, entry, storedForm(kind, resource)) ?? '';
      const content = readContent(entry.file, text, new Date(), file.content);
      const changed = content.entries.find(({ key }) => key === entry.key);
      if (changed === undefined || !sameContent(kind, changed.resource, resource)) throw unwritable(entry);
      if (!sameOthers(content, file.content, entry)) throw unwritable(entry);
      if (lock === undefined) return changed.resource;
      await this.#confirm(lock, file, ref);
      replaceFile(entry.file, text, file.mode);
      this.#folder.record(entry.file, content);
      return changed.resource;
    });
  }

  delete(
    ref: Ref,
    { dryRun = false, revision }: WriteOptions & { readonly revision?: string } = {},
  ): Promise<Resource> {
    return this.#write(dryRun, false, async (lock) => {
      const entry = await this.#place(ref);
      if (revision !== undefined && revision !== '' && revision !== entry.resource.metadata.resourceVersion)
        throw new Conflict(ref);
      const file = this.#writable(entry, 'delete', ref);
      const text = withEntry(file.content, entry, undefined);
      const content = text === undefined ? undefined : readContent(entry.file, text, new Date(), file.content);
      if (content !== undefined && !sameOthers(content, file.content, entry)) throw unwritable(entry);
      if (lock === undefined) return entry.resource;
      await this.#confirm(lock, file, ref);
      if (text === undefined) removeFile(entry.file);
      else replaceFile(entry.file, text, file.mode);
      this.#folder.record(entry.file, content);
      return entry.resource;
    });
  }

  get(ref: Ref): Promise<Resource> {
    return this.#inTurn(async () => {
      await this.#folder.refresh({ all: false });
      const entry = await this.#place(ref);
      this.#folder.tellWarnings([entry]);
      return entry.resource;
    });
  }

  list({ kind: name, namespace, name: only }: ListSelector): Promise<ListResult> {
    return this.#inTurn(async () => {
      const kind = requireKind(name);
      await this.#folder.refresh({ all: true });
      const found: Entry[] = [];
      const skipped: string[] = this.#folder.broken((file) => mayHold(file, kind, this.#root)).map(({ path }) => path);
      for (const places of this.#folder.entriesOf(name)) {
        const [entry, other] = places;
        if (entry === undefined) continue;
        const { metadata } = entry.resource;
        if (only !== undefined && metadata.name !== only) continue;
        if (namespace !== undefined && kind.scope === 'namespaced' && metadata.namespace !== namespace) continue;
        if (other === undefined) found.push(entry);
        else {
          const { message } = definedTwice(refOf(entry.resource), places);
          this.#options.warn(message);
          skipped.push(identifier(refOf(entry.resource)));
        }
      }
      this.#folder.tellWarnings(found);
      const items = found.map(({ resource }) => resource);
      const revisions = found.map(({ key, resource }) => `${key} ${resource.metadata.resourceVersion}\n`);
      const metadata = { resourceVersion: revisionFor(revisions.join('')) };
      const list = { kind: `${name}List`, apiVersion: API_VERSION, metadata, items };
      return skipped.length === 0 ? list : { ...list, skipped };
    });
  }

  async close(): Promise<void> {
    await this.#last;
    if (this.#hasWritten) tidyLocks(this.#root);
  }

  /** Runs one action after another: they share what is known of the folder. */
  async #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const { signal } = this.#options;
    const before = this.#last;
    const run = async (): Promise<T> => {
      await before;
      signal.throwIfAborted();
      try {
        return await action();
      } catch (error) {
        throw translate(error);
      }
    };
    const result = run();
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Runs a write alone among all processes; `action` gets no lock for a dry run. */
  #write<T>(dryRun: boolean, makesFolder: boolean, action: (lock: Lock | undefined) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      if (makesFolder && !dryRun) {
        await mkdir(this.#root, { recursive: true });
        this.#missing = undefined;
      }
      // What is not there needs no lock: the action finds nothing.
      if (dryRun || !(await exists(this.#root))) {
        await this.#folder.refresh({ all: false });
        return action(undefined);
      }
      const { signal, requestTimeout: patience } = this.#options;
      this.#hasWritten = true;
      const lock = await lockFolder(this.#root, { signal, patience, setting: this.#setting });
      try {
        await this.#folder.refresh({ all: false, tidy: true });
        return await action(lock);
      } finally {
        lock.release();
      }
    });
  }

  /** The places of an object in the files as they are now. */
  async #places(ref: Ref): Promise<readonly Entry[]> {
    const { kind, name, namespace = 'default' } = ref;
    const key = keyOf(requireKind(kind).scope === 'namespaced' ? { kind, name, namespace } : { kind, name });
    const files = new Set(this.#folder.entries(key).map(({ file }) => file));
    const path = isSafe(ref) ? this.#pathFor(requireKind(ref.kind), ref) : undefined;
    if (path !== undefined && this.#folder.knows(dirname(path))) files.add(path);
    for (const file of files) await this.#folder.check(file);
    return this.#folder.entries(key);
  }

  /** @throws {NotFound}, {Corrupt} when it stands in two places, or its file cannot be read */
  async #place(ref: Ref): Promise<Entry> {
    const places = await this.#places(ref);
    const [entry, other] = places;
    if (other !== undefined) throw definedTwice(ref, places);
    if (entry !== undefined) return entry;
    if (isSafe(ref)) {
      const [problem] = this.#folder.file(this.#pathFor(requireKind(ref.kind), ref))?.content.problems ?? [];
      if (problem !== undefined) throw new Corrupt(`cannot read ${identifier(ref)}: ${describeNotice(problem)}`);
    }
    throw new NotFound(ref);
  }

  /** Where a new object goes. @throws {Invalid} for a name that would lead out of the folder */
  #pathFor(kind: Kind, ref: Ref): string {
    if (!isSafe(ref)) {
      const value = ref.namespace === undefined ? ref.name : `${ref.namespace}/${ref.name}`;
      throw new Invalid([{ name: 'Metadata.Name', value, reason: 'this cannot be the name of a file' }]);
    }
    const folder = kind.scope === 'namespaced' ? join(kind.plural, ref.namespace ?? 'default') : kind.plural;
    // File names end at 255 bytes, names of objects at 253.
    const name = ref.name.length <= 240 ? ref.name : `${ref.name.slice(0, 200)}-${shortHash(ref.name)}`;
    return join(this.#root, folder, `${name}.yaml`);
  }

  async #makeFolders(path: string): Promise<void> {
    for (let folder = path; folder !== this.#root; folder = dirname(folder)) {
      if (await isLink(folder)) throw new Unsupported('Create', folder, 'links to folders are not followed');
    }
    await mkdir(path, { recursive: true });
  }

  /** @throws {Corrupt} when something stands in the file's place that cannot be read: it may be the very object */
  async #refuseUnreadable(path: string): Promise<void> {
    const [problem] = this.#folder.file(path)?.content.problems ?? [];
    if (problem !== undefined) throw new Corrupt(`cannot write ${path}: ${describeNotice(problem)}`);
    if (this.#folder.file(path) === undefined && (await exists(path))) {
      throw new Corrupt(`cannot write ${path}: it exists and is not a file that can be read`);
    }
  }

  /** The text of a new file, read back to be sure that it says what it should. */
  #compose(kind: Kind, path: string, resource: Resource): { text: string; content: Content; entry: Entry } {
    const form = storedForm(kind, resource);
    for (const text of [formatYaml(form), `${formatJson(form)}\n`]) {
      const content = readContent(path, text, new Date());
      const [entry] = content.entries;
      if (entry !== undefined && sameContent(kind, entry.resource, resource)) return { text, content, entry };
    }
    throw unwritable({ file: path, line: 1 });
  }

  /** The file of an entry, if this process may change it. */
  #writable(entry: Entry, operation: string, ref: Ref): KnownFile {
    const file = this.#folder.file(entry.file);
    if (file === undefined) throw new NotFound(ref);
    if (file.isLink)
      throw new Unsupported(operation, identifier(ref), `${file.path} is a link; change the file it leads to`);
    const [problem] = file.content.problems;
    if (problem !== undefined)
      throw new Corrupt(`cannot write ${file.path} as long as it has a mistake: ${describeNotice(problem)}`);
    return file;
  }

  /** The last look before a change: the lock still holds, and nobody has edited the file by hand in the meantime. */
  async #confirm(lock: Lock, file: KnownFile, ref: Ref): Promise<void> {
    lock.confirm();
    const now = await this.#folder.check(file.path);
    if (now?.content.text !== file.content.text) throw new Conflict(ref);
  }
}

function definedTwice(ref: Ref, places: readonly Entry[]): Corrupt {
  const lines = places.map(({ file, line }) => `${file}:${line}`);
  return new Corrupt(`${identifier(ref)} is defined more than once: ${lines.join(' and ')}; remove all but one`);
}

function unwritable({ file, line }: { readonly file: string; readonly line: number }): Corrupt {
  return new Corrupt(
    `${file}:${line}: the change cannot be written so that it reads back as it should; make it by hand`,
  );
}

/** Whether a file that cannot be read may hold objects of a kind: it names the kind, or lies where they do. */
function mayHold({ path, content }: KnownFile, kind: Kind, root: string): boolean {
  return path.startsWith(join(root, kind.plural) + sep) || content.text.includes(kind.name);
}

/** Whether name and namespace can be names of files. */
function isSafe({ name, namespace }: Ref): boolean {
  return [name, namespace ?? 'default'].every((part) => part !== '' && !part.startsWith('.') && !/[/\\\0]/.test(part));
}

async function exists(path: string): Promise<boolean> {
  return (await look(path)) !== undefined;
}

async function isLink(path: string): Promise<boolean> {
  return (await look(path))?.isSymbolicLink() ?? false;
}

async function look(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
