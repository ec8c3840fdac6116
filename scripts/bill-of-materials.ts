/**
 * The bill of materials (CycloneDX) of a bundle inside Bun: what npm says of every package of the lockfile, without those that
 * only build and test.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { bundledPackages } from './third-party-notices.ts';

const ROOT = join(import.meta.dirname, '..');

/** The JSON text. `time` is when the release was made. */
export function billOfMaterials(metafile: Metafile, time: Date): string {
  const all: unknown = JSON.parse(
    execFileSync('npm', ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'], {
      cwd: ROOT,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  const bill = object(all);
  const metadata = object(bill['metadata']);
  const program = object(metadata['component']);
  const bundled = new Set(bundledPackages(ROOT, metafile).map(({ name, version }) => `${name}@${version}`));
  const components = list(bill['components'])
    .filter((component) => bundled.has(String(component['bom-ref'])))
    // npm knows them as what is needed to build; here they are inside.
    .map((component) => ({ ...component, 'bom-ref': component['bom-ref'], properties: [], scope: 'required' }));
  const missing = [...bundled].filter((id) => !components.some((component) => component['bom-ref'] === id));
  if (missing.length > 0) throw new Error(`npm's bill of materials lacks ${missing.join()}`);
  const runtimes = bunRuntimes();
  const known = new Set([...bundled, String(program['bom-ref'])]);
  const dependencies = list(bill['dependencies'])
    .filter(({ ref }) => known.has(String(ref)))
    .map(({ ref, dependsOn }) => {
      const inside = (Array.isArray(dependsOn) ? dependsOn.map(String) : []).filter((id) => bundled.has(id));
      return {
        ref,
        dependsOn: ref === program['bom-ref'] ? [...inside, ...runtimes.map((bun) => bun['bom-ref'])] : inside,
      };
    });
  const fixed = {
    ...bill,
    // Not the random one: the same release has the same bill.
    serialNumber: undefined,
    metadata: { ...metadata, timestamp: time.toISOString(), component: { ...program, name: 'calicoctl' } },
    components: [...components, ...runtimes],
    dependencies: [...dependencies, ...runtimes.map((bun) => ({ ref: bun['bom-ref'], dependsOn: [] }))],
  };
  return `${JSON.stringify(fixed, undefined, 2)}\n`;
}

/** Bun, one component for each system, as scripts/standalone/package-lock.json pins it. */
function bunRuntimes(): readonly Record<'bom-ref' | 'name' | 'version', unknown>[] {
  const lock = object(JSON.parse(readFileSync(join(ROOT, 'scripts/standalone/package-lock.json'), 'utf8')));
  return Object.entries(object(lock['packages'])).flatMap(([path, entry]) => {
    if (path === '') return [];
    const { version, integrity, license } = object(entry);
    const name = path.replace('node_modules/', '');
    const content = Buffer.from(String(integrity).replace('sha512-', ''), 'base64').toString('hex');
    return [
      {
        'bom-ref': `${name}@${String(version)}`,
        type: 'framework',
        name,
        version,
        scope: 'required',
        purl: `pkg:npm/${name.replace('@', '%40')}@${String(version)}`,
        hashes: [{ alg: 'SHA-512', content }],
        licenses: [{ license: { id: license } }],
      },
    ];
  });
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('expected an object');
  return Object.fromEntries(Object.entries(value));
}

function list(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(value)) throw new TypeError('expected a list');
  return value.map(object);
}
