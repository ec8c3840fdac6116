/** Reads manifests from a file, a directory or standard input. */
import { join } from 'node:path/posix';
import type { Context } from '../context.ts';
import { codeOf, errnoText, osErrorText } from '../system-errors.ts';
import { Turns } from '../turns.ts';
import type { DecodedFile } from './decode.ts';
import { ManifestError } from './manifest.ts';
import type { ManifestResource, Manifests, Notice } from './manifest.ts';

export interface ReadOptions {
  /** a path, or `-` for standard input */
  readonly filename: string;
  readonly recursive: boolean;
  readonly skipEmpty: boolean;
}

const MANIFEST_FILE = /\.(yaml|yml|json)$/i;

/**
 * All resources of a file, of the manifests in a directory in lexical order, or of standard input.
 * The first file with a fault is what the error is about; its other faults, and those of the files behind it, are in the error's notices.
 *
 * @throws {ManifestError}, and the signal's reason when the command is cancelled
 */
export async function readManifests(
  context: Pick<Context, 'io' | 'files' | 'signal'>,
  options: ReadOptions,
): Promise<Manifests> {
  const { filename, recursive, skipEmpty } = options;
  const { decodeFileInTurns } = await import('./decode.ts');
  const turns = new Turns(context.signal);
  const resources: ManifestResource[] = [];
  const warnings: Notice[] = [];
  const take = (decoded: DecodedFile, file: string): void => {
    warnings.push(...decoded.warnings);
    if (decoded.error !== undefined) throw decoded.error;
    if (decoded.resources.length === 0 && !skipEmpty)
      throw new ManifestError('empty', `no resources specified in file ${file}`);
    for (const resource of decoded.resources) resources.push(resource);
  };
  if (filename === '-') {
    const bytes = await context.io.readInput();
    if (bytes.length === 0 && !skipEmpty) {
      const problem = 'standard input was empty; docker and kubectl exec pass it on only with -i';
      throw new ManifestError('empty', 'no resources specified in file -', [
        { file: '-', line: 0, column: 0, problem },
      ]);
    }
    take(await decodeFileInTurns('-', bytes, turns), '-');
    return { resources, warnings };
  }
  const directory = await isDirectory(context, filename);
  const paths = directory ? await manifestsIn(context, filename, recursive) : [filename];
  const failed: { readonly path: string; readonly error: ManifestError }[] = [];
  for (const path of paths) {
    try {
      const bytes = await opened(path, () => context.files.read(path));
      take(await decodeFileInTurns(path, bytes, turns), path);
    } catch (error) {
      context.signal.throwIfAborted();
      if (error instanceof ManifestError) failed.push({ path, error });
      else if (failed.length > 0 && error instanceof Error && codeOf(error) !== '')
        failed.push({ path, error: new ManifestError('syntax', error.message) });
      else throw error;
    }
  }
  const [first, ...others] = failed;
  if (first !== undefined) {
    const { reason, message, notices, cause } = first.error;
    const readable = [...resources, ...failed.flatMap(({ error }) => error.readable)];
    throw new ManifestError(reason, message, [...notices, ...others.flatMap(faultsOf)], { readable, cause });
  }
  if (directory && resources.length === 0 && !skipEmpty)
    throw new ManifestError('empty', `no resources specified in directory ${filename}`);
  return { resources, warnings };
}

/** What is wrong with a file, where the message of its error is not printed. */
function faultsOf({ path, error }: { readonly path: string; readonly error: ManifestError }): readonly Notice[] {
  if (error.notices.length > 0) return error.notices;
  const problem = error.message.replace(`open ${path}: `, '').replace(` in file ${path}`, '');
  return [{ file: path, line: 0, column: 0, problem }];
}

/** A link to a directory counts as a directory without manifests unless a slash follows it, as in the Go tool. */
async function isDirectory({ files }: Pick<Context, 'files'>, path: string): Promise<boolean> {
  return (await opened(path, () => files.stat(path), misread(path))) === 'directory';
}

/** Paths of the manifests in a directory, cleaned as Go does: of `./conf/` they begin with `conf/`. */
async function manifestsIn(
  { files }: Pick<Context, 'files'>,
  directory: string,
  recursive: boolean,
  top = true,
): Promise<string[]> {
  if (top && !directory.endsWith('/') && (await files.isLink(directory))) return [];
  const paths: string[] = [];
  for (const { name, type } of await opened(directory, () => files.list(directory))) {
    const path = join(directory, name);
    if (type === 'directory') {
      if (recursive) paths.push(...(await manifestsIn({ files }, path, true, false)));
    } else if (type !== 'link-to-directory' && MANIFEST_FILE.test(name)) paths.push(path);
  }
  return paths;
}

/** Runs a file operation; a failure becomes the text that Go prints for it, with `advice` when the path names nothing. */
async function opened<T>(path: string, run: () => Promise<T>, advice: readonly Notice[] = []): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const code = codeOf(error);
    if (errnoText(code) === undefined) throw error;
    const notices = code === 'ENOENT' ? advice : [];
    throw new ManifestError('syntax', osErrorText('open', path, error), notices, { cause: error });
  }
}

/** What a path looks like that names no file. */
function misread(path: string): readonly Notice[] {
  const problem = /^https?:\/\//i.test(path)
    ? 'addresses are not fetched: download the file, or pass it to -f -'
    : /[*?]/.test(path)
      ? 'patterns are not understood: name a directory, or one file'
      : path.includes(',')
        ? 'lists are not understood: name a directory, or one file'
        : undefined;
  return problem === undefined ? [] : [{ file: path, line: 0, column: 0, problem }];
}
