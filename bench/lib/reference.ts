/**
 * What the Go calicoctl takes for the same work, for runs without it: multiples of an empty Node program (`node -e 0`), which follow the machine, and
 * the milliseconds that a network of 10 ms round-trip time adds, which do not. Measured beside an empty Node program of 20 ms. And the share of it that
 * this tool aims at.
 */
export interface Reference {
  /** multiples of `node -e 0` */
  readonly floors?: number;
  /** what the network adds to that */
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
  'get one, etcd: table at 10 ms': { floors: 1.03, milliseconds: 34, target: 0.6 },
  'get one, Kubernetes: table at 10 ms': { floors: 1.19, milliseconds: 53, target: 0.6 },
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
  'bulk of 1,000 at 10 ms, etcd: apply': { floors: 30, milliseconds: 11_800, target: 0.05 },
  'bulk of 1,000 at 10 ms, etcd: apply again': { floors: 77, milliseconds: 32_060, target: 0.05 },
  'bulk of 1,000 at 10 ms, etcd: replace': { floors: 54, milliseconds: 20_720, target: 0.05 },
  'bulk of 1,000 at 10 ms, etcd: delete': { floors: 20, milliseconds: 10_700, target: 0.05 },
  'bulk of 1,000 at 10 ms, Kubernetes: apply': { floors: 75, milliseconds: 11_900, target: 0.12 },
  'bulk of 1,000 at 10 ms, Kubernetes: apply again': { floors: 241, milliseconds: 32_580, target: 0.12 },
  'bulk of 1,000 at 10 ms, Kubernetes: replace': { floors: 157, milliseconds: 20_660, target: 0.12 },
  'bulk of 1,000 at 10 ms, Kubernetes: delete': { floors: 121, milliseconds: 22_280, target: 0.12 },
  'peak memory, etcd: get one': { mebibytes: 50, target: 1 },
  'peak memory, Kubernetes: get one': { mebibytes: 50, target: 1 },
  'peak memory, etcd: list of 5,000 as a table': { mebibytes: 70, target: 1.3 },
  'peak memory, etcd: list of 5,000 as YAML': { mebibytes: 165, target: 1.3 },
  'peak memory, etcd: list of 5,000 as JSON': { mebibytes: 75, target: 1.3 },
  'peak memory, Kubernetes: list of 5,000 as a table': { mebibytes: 70, target: 1.3 },
  'peak memory, Kubernetes: list of 5,000 as YAML': { mebibytes: 165, target: 1.3 },
  'peak memory, Kubernetes: list of 5,000 as JSON': { mebibytes: 75, target: 1.3 },
};

/** By suite and work: how many times as long as an empty Node program the Node build may take. */
export const NODE_TARGETS: Readonly<Record<string, number>> = {
  'start-up: --help': 2.3,
  'get one, etcd: table': 3.3,
  'get one, etcd: YAML': 3.3,
  'get one, Kubernetes: table': 3.3,
  'get one, Kubernetes: YAML': 3.3,
};
