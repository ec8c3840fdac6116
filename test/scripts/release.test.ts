import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { obtainMilliseconds } from '../servers/binaries.ts';
import { neededLibraries } from './elf.ts';

const ROOT = join(import.meta.dirname, '../..');
const { version } = packageJson;
const ARCHIVE = `calicoctl-${version}-linux-x64.tar.gz`;
const BILL = `calicoctl-${version}.cdx.json`;

describe('scripts/release', () => {
  let folder: string;
  const at = (...names: readonly string[]): string => join(folder, ...names);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'release-'));
    const options = ['--only', 'linux-x64', '--outdir', folder, '--download-url', 'https://example.org/v{version}'];
    execFileSync('sh', [join(ROOT, 'scripts/release'), ...options], { stdio: 'ignore' });
  }, obtainMilliseconds);
  afterAll(() => rmSync(folder, { recursive: true }));

  const sha256 = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(at(name)))
      .digest('hex');

  test('leaves what a release consists of, and nothing else', () => {
    expect(readdirSync(folder).sort()).toEqual(['SHA256SUMS', ARCHIVE, BILL, 'image', 'krew.yaml'].sort());
  });

  test('packs the executable with its licences', () => {
    const names = execFileSync('tar', ['-tzf', at(ARCHIVE)], { encoding: 'utf8' });
    expect(names).toBe('calicoctl\nLICENSE\nTHIRD-PARTY-NOTICES\n');
    execFileSync('tar', ['-xzf', at(ARCHIVE), '-C', at('image')]);
    const answer = execFileSync(at('image/calicoctl'), ['version', '--client'], { cwd: '/', encoding: 'utf8' });
    expect(answer).toMatch(/^Client Version: /);
    const notices = readFileSync(at('image/THIRD-PARTY-NOTICES'), 'utf8');
    const titles = Array.from(notices.matchAll(/^(\S+) \d\S* \(/gm), ([, name]) => name);
    expect(titles).toEqual(expect.arrayContaining(['@oclif/core', 'etcd3', 'js-yaml', 'Bun']));
  });

  test('sums up every file that is downloaded', () => {
    expect(readFileSync(at('SHA256SUMS'), 'utf8')).toBe(
      [ARCHIVE, BILL].map((name) => `${sha256(name)}  ${name}\n`).join(''),
    );
  });

  test('lists what is inside, with checksums, and nothing that only builds', () => {
    const bill: unknown = JSON.parse(readFileSync(at(BILL), 'utf8'));
    expect(bill).toMatchObject({ metadata: { component: { name: 'calicoctl', version } } });
    const components = Object.entries(bill ?? {}).flatMap(([field, value]: [string, unknown]) =>
      field === 'components' && Array.isArray(value) ? Array.from<unknown>(value) : [],
    );
    const hashed = { hashes: [{ alg: 'SHA-512' }] };
    for (const component of components) expect(component).toMatchObject(hashed);
    const names = components.map((component) =>
      String(Object.entries(component ?? {}).find(([key]) => key === 'name')?.[1]),
    );
    for (const name of ['@oclif/core', 'etcd3', 'js-yaml', '@oven/bun-linux-x64-baseline'])
      expect(names).toContain(name);
    for (const name of ['vitest', 'typescript', 'esbuild', 'prettier']) expect(names).not.toContain(name);
  });

  test('describes the plugin for krew', () => {
    expect(load(readFileSync(at('krew.yaml'), 'utf8'))).toMatchObject({
      kind: 'Plugin',
      metadata: { name: 'calico' },
      spec: {
        version: `v${version}`,
        platforms: [
          {
            selector: { matchLabels: { os: 'linux', arch: 'amd64' } },
            uri: `https://example.org/v${version}/${ARCHIVE}`,
            sha256: sha256(ARCHIVE),
            bin: 'calicoctl',
          },
        ],
      },
    });
  });

  test('puts into the image an executable that its base can run', () => {
    const dockerfile = readFileSync(at('image/Dockerfile'), 'utf8');
    // "base" of distroless has glibc and no C++ library.
    expect(dockerfile).toMatch(/^FROM \S+\/distroless\/base-\S+$/m);
    const glibc = ['libc.so.6', 'libpthread.so.0', 'libdl.so.2', 'libm.so.6', 'ld-linux-x86-64.so.2'];
    const needed = neededLibraries(readFileSync(at('image/amd64/calicoctl')));
    expect(needed.filter((name) => !glibc.includes(name))).toEqual([]);
    const copied = Array.from(dockerfile.matchAll(/^COPY (?:--\S+ )?(.*) \S+$/gm), ([, files = '']) =>
      files.split(' '),
    );
    const there = readdirSync(at('image'), { recursive: true, encoding: 'utf8' });
    expect(
      copied
        .flat()
        .map((file) => file.replace('${TARGETARCH}', 'amd64'))
        .filter((file) => !there.includes(file)),
    ).toEqual([]);
  });
});
