import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { cacheFolder, findProgram, obtainMilliseconds, pathWith, programNames } from './binaries.ts';
import { run } from './run.ts';

describe('findProgram()', () => {
  let folder: string;
  let find: typeof findProgram;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'calicoctl-test-binaries-'));
    vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
    vi.stubEnv('PATH', join(folder, 'bin'));
    // It remembers what it found: each test needs one that remembers nothing.
    vi.resetModules();
    find = (await import('./binaries.ts')).findProgram;
    onTestFinished(() => {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true });
    });
  });

  function script(path: string, says: string): string {
    const file = join(folder, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, `#!/bin/sh\necho '${says}'\n`);
    chmodSync(file, 0o755);
    return file;
  }

  it('takes the binary that the environment names before all others', async () => {
    const named = script('mine', 'anything');
    script('bin/etcd', 'etcd Version: 3.4.1');
    vi.stubEnv('CALICOCTL_TEST_ETCD_3_4', named);
    expect(await find('etcd-3.4')).toBe(named);
  });

  it('takes the binary on PATH if its version fits', async () => {
    const fitting = script('bin/etcd', 'etcd Version: 3.4.1');
    script('cache/calicoctl-test-servers/etcd-3.4/etcd', 'etcd Version: 3.4.23');
    expect(await find('etcd-3.4')).toBe(fitting);
  });

  it('takes the binary in the cache if that on PATH does not fit', async () => {
    script('bin/etcd', 'etcd Version: 3.5.1');
    const cached = script('cache/calicoctl-test-servers/etcd-3.4/etcd', 'etcd Version: 3.4.23');
    expect(await find('etcd-3.4')).toBe(cached);
  });

  it('throws when the environment names no executable', async () => {
    vi.stubEnv('CALICOCTL_TEST_KUBECTL', `${folder}/none`);
    await expect(find('kubectl')).rejects.toThrow(`CALICOCTL_TEST_KUBECTL is ${folder}/none`);
  });

  it('throws, and says what would help, when there is no way to get a program', async () => {
    await expect(find('kubectl')).rejects.toThrow(
      'no kubectl for the tests: set CALICOCTL_TEST_KUBECTL to a binary, or put one on PATH, or repair this: ' +
        'Go 1.24 or newer is needed on PATH to build it, and there is none',
    );
    await expect(find('etcd-3.4')).rejects.toThrow('apt-get download etcd-server etcd-client: spawn apt-get ENOENT');
  });

  it('throws when the Go on PATH is too old', async () => {
    script('bin/go', 'go version go1.19.8 linux/amd64');
    await expect(find('kubectl')).rejects.toThrow('and that one says: go version go1.19.8 linux/amd64');
  });

  it('builds once when asked twice at a time, and keeps the result', async () => {
    script(
      'bin/go',
      `'; case $1 in version) echo go1.30;; *) echo "$@" >> ${folder}/calls; for a; do case $last in -o) out=$a;; esac; last=$a; done
      printf "#!/bin/sh\\necho Client Version: v1.34.4\\n" > $out; /bin/chmod 755 $out;; esac; echo '`,
    );
    const [server, client] = await Promise.all([find('kubectl'), find('kubectl')]);
    expect([server, client]).toEqual([join(cacheFolder(), 'kubernetes-1.34.4/kubectl'), server]);
    expect((await run('/bin/cat', [`${folder}/calls`])).match(/k8s\.io\/kubernetes\/cmd\/[a-z-]+$/gm)).toEqual([
      'k8s.io/kubernetes/cmd/kube-apiserver',
      'k8s.io/kubernetes/cmd/kubectl',
    ]);
  });
});

it('findProgram() gets every program on this machine', { timeout: obtainMilliseconds }, async () => {
  const paths = await Promise.all(programNames.map(findProgram));
  expect(paths.every((path) => path.startsWith('/'))).toBe(true);
  expect(await pathWith(['kubectl'])).toMatch(/^\/.+:/);
});
