/**
 * The licences of the libraries inside the bundle: bundling takes away the files they came with.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** A package of which at least one byte is in a bundle. */
export interface BundledPackage {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  /** SPDX expression; undefined when the package names none */
  readonly license: string | undefined;
}

/** The packages inside a bundle, by name; two copies of one version are one. Throws for a package without name or version. */
export function bundledPackages(root: string, { inputs, outputs }: Metafile): readonly BundledPackage[] {
  const used = new Set(Object.values(outputs).flatMap((output) => Object.keys(output.inputs)));
  const folders = new Set<string>();
  for (const path of Object.keys(inputs)) {
    // Paths with a colon are files that plugins made up.
    const folder = used.has(path) ? /^[^:]*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] : undefined;
    if (folder !== undefined) folders.add(folder);
  }
  const packages = [...folders].map((folder) => described(join(root, folder)));
  const byId = new Map(packages.map((found) => [`${found.name} ${found.version}`, found]));
  return [...byId].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, found]) => found);
}

/**
 * The text of THIRD-PARTY-NOTICES for a bundle: every package in it, by name, with its licence text. Throws when a package
 * names no licence.
 */
export function thirdPartyNotices(root: string, metafile: Metafile): string {
  const intro = 'This program contains the following libraries, each under its own licence.\n';
  return [intro, ...bundledPackages(root, metafile).map(notice)].join(`\n${'-'.repeat(80)}\n\n`);
}

function described(folder: string): BundledPackage {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { name, version, license } = texts(manifest);
  if (name === undefined || version === undefined) throw new Error(`${folder}: package.json without name or version`);
  return { folder, name, version, license };
}

function notice({ folder, name, version, license }: BundledPackage): string {
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|copying|notice)(?:$|[.-])/i.test(file));
  if (license === undefined && files.length === 0) throw new Error(`${folder}: no licence is named`);
  const bodies = files
    .filter((file) => existsSync(join(folder, file)))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  const text = bodies.length > 0 ? bodies.join('\n\n') : `Licence: ${license} (the package carries no licence text).`;
  return `${name} ${version} (${license ?? 'see below'})\n\n${text}\n`;
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
