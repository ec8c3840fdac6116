import { defineConfig } from 'vitest/config';

// Servers (etcd, kube-apiserver, BIRD) are started by the tests that need them, see test/servers: no global set-up here,
// so that one folder of pure tests runs in a second.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 600_000,
    restoreMocks: true,
    expect: { requireAssertions: true },
  },
});
