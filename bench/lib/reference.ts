/**
 * What the Go calicoctl takes for the same work, for runs without it: multiples of an empty Node program (`node -e 0`) measured on the same kind
 * of machine, or milliseconds where a network of 10 ms round-trip time dominates. And the share of it that this tool aims at.
 */
export interface Reference {
  /** multiples of `node -e 0` */
  readonly floors?: number;
  readonly milliseconds?: number;
  readonly mebibytes?: number;
  /** our figure divided by theirs should be at most this */
  readonly target: number;
}

/** By suite and work, as the suites name them. */
export const REFERENCES: Readonly<Record<string, Reference>> = {
  'start-up: --help': { floors: 0.88, target: 0.8 },
  'start-up: version --client': { floors: 0.94, target: 0.8 },
  'get one, etcd: table': { floors: 1.03, target: 0.9 },
  'get one, etcd: YAML': { floors: 1.03, target: 0.9 },
  'get one, Kubernetes: table': { floors: 1.19, target: 0.9 },
  'get one, Kubernetes: YAML': { floors: 1.19, target: 0.9 },
  'get one, etcd: table at 10 ms': { milliseconds: 55, target: 0.6 },
  'get one, Kubernetes: table at 10 ms': { milliseconds: 77, target: 0.6 },
  'list of 5,000, etcd: table': { floors: 6.9, target: 0.8 },
  'list of 5,000, etcd: YAML': { floors: 13, target: 0.8 },
  'list of 5,000, etcd: JSON': { floors: 3.6, target: 0.8 },
  'list of 5,000, Kubernetes: table': { floors: 17, target: 0.8 },
  'list of 5,000, Kubernetes: YAML': { floors: 37, target: 0.8 },
  'list of 5,000, Kubernetes: JSON': { floors: 23, target: 0.8 },
  'bulk of 1,000, etcd: apply': { floors: 30, target: 0.4 },
  'bulk of 1,000, etcd: apply again': { floors: 77, target: 0.4 },
  'bulk of 1,000, etcd: replace': { floors: 54, target: 0.4 },
  'bulk of 1,000, etcd: delete': { floors: 20, target: 0.4 },
  'bulk of 1,000, Kubernetes: apply': { floors: 75, target: 0.6 },
  'bulk of 1,000, Kubernetes: apply again': { floors: 241, target: 0.6 },
  'bulk of 1,000, Kubernetes: replace': { floors: 157, target: 0.6 },
  'bulk of 1,000, Kubernetes: delete': { floors: 121, target: 0.6 },
  'bulk of 1,000 at 10 ms, etcd: apply': { milliseconds: 12_400, target: 0.05 },
  'bulk of 1,000 at 10 ms, etcd: apply again': { milliseconds: 33_600, target: 0.05 },
  'bulk of 1,000 at 10 ms, etcd: replace': { milliseconds: 21_800, target: 0.05 },
  'bulk of 1,000 at 10 ms, etcd: delete': { milliseconds: 11_100, target: 0.05 },
  'bulk of 1,000 at 10 ms, Kubernetes: apply': { milliseconds: 13_400, target: 0.12 },
  'bulk of 1,000 at 10 ms, Kubernetes: apply again': { milliseconds: 37_400, target: 0.12 },
  'bulk of 1,000 at 10 ms, Kubernetes: replace': { milliseconds: 23_800, target: 0.12 },
  'bulk of 1,000 at 10 ms, Kubernetes: delete': { milliseconds: 24_700, target: 0.12 },
  'peak memory, etcd: get one': { mebibytes: 50, target: 1 },
  'peak memory, Kubernetes: get one': { mebibytes: 50, target: 1 },
  'peak memory, etcd: list of 5,000 as a table': { mebibytes: 70, target: 1.3 },
  'peak memory, etcd: list of 5,000 as YAML': { mebibytes: 165, target: 1.3 },
  'peak memory, etcd: list of 5,000 as JSON': { mebibytes: 75, target: 1.3 },
  'peak memory, Kubernetes: list of 5,000 as a table': { mebibytes: 70, target: 1.3 },
  'peak memory, Kubernetes: list of 5,000 as YAML': { mebibytes: 165, target: 1.3 },
  'peak memory, Kubernetes: list of 5,000 as JSON': { mebibytes: 75, target: 1.3 },
};
