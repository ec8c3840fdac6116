/**
 * The licences of the libraries inside the bundle: bundling takes away the files they came with.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/**
 * The text of THIRD-PARTY-NOTICES for a bundle: every package of which at least one byte is in it, by name, with its
 * licence text. Throws when a package names no licence.
 */
export function thirdPartyNotices(root: string, { inputs, outputs }: Metafile): string {
  const used = new Set(Object.values(outputs).flatMap((output) => Object.keys(output.inputs)));
  const folders = new Set<string>();
  for (const path of Object.keys(inputs)) {
    // Paths with a colon are files that plugins made up.
    const folder = used.has(path) ? /^[^:]*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] : undefined;
    if (folder !== undefined) folders.add(folder);
  }
  const sections = [...folders]
    .map((folder) => notice(join(root, folder)))
    .sort((a, b) => (a.title < b.title ? -1 : 1));
  const intro = 'This program contains the following libraries, each under its own licence.\n';
  // Two copies of one version have one notice.
  const byTitle = new Map(sections.map(({ title, text }) => [title, `${title}\n\n${text}\n`]));
  return [intro, ...byTitle.values()].join(`\n${'-'.repeat(80)}\n\n`);
}

function notice(folder: string): { title: string; text: string } {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { name, version, license } = texts(manifest);
  if (name === undefined || version === undefined) throw new Error(`${folder}: package.json without name or version`);
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|copying|notice)(?:$|[.-])/i.test(file));
  if (license === undefined && files.length === 0) throw new Error(`${folder}: no licence is named`);
  const bodies = files
    .filter((file) => existsSync(join(folder, file)))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return {
    title: `${name} ${version} (${license ?? 'see below'})`,
    text: bodies.length > 0 ? bodies.join('\n\n') : `Licence: ${license} (the package carries no licence text).`,
  };
}

/** The properties of a package.json that are texts. */
function texts(
  manifest: unknown,
): Readonly<Record<string, string>> & { name?: string; version?: string; license?: string } {
  if (typeof manifest !== 'object' || manifest === null) return {};
  return Object.fromEntries(
    Object.entries(manifest).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
