import { defineConfig } from 'vitest/config';

// Servers (etcd, kube-apiserver, BIRD) are started by the tests that need them, see test/servers. The global set-up only
// offers to share them between test files and starts none, so one folder of pure tests runs in a second.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/servers/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 600_000,
    restoreMocks: true,
    expect: { requireAssertions: true },
  },
});
