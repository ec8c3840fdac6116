/** What the tests of conversions share. */
import type { Planned, ToReflectors } from '../../../src/bgp/convert/to-reflectors.ts';
import { planToReflectors } from '../../../src/bgp/convert/to-reflectors.ts';
import type { Choice, Workloads } from '../../../src/bgp/convert/choose.ts';
import type { Write } from '../../../src/bgp/convert/writes.ts';
import type { Resource } from '../../../src/kinds/resource.ts';

export const SETTINGS = {
  label: { key: 'route-reflector', value: 'true' },
  clusterId: '244.0.0.1',
  peer: 'route-reflectors',
} as const;

export const named = (...names: readonly string[]): Choice => ({ type: 'names', names });

/** Plans with the usual settings. */
export function planned(
  resources: readonly Resource[],
  choice: Choice,
  more: Partial<ToReflectors> & { readonly workloads?: Workloads } = {},
): Planned {
  const { workloads = new Map(), ...options } = more;
  return planToReflectors(resources, workloads, { settings: SETTINGS, allowSingle: false, choice, ...options });
}

/** A write as one line: `update Node(a) spec.x: null → 1`. */
export function writeText(write: Write): string {
  const { action, kind, name } = write;
  const what =
    write.action === 'update'
      ? write.changes.map(
          ({ path, before, after }) => `${path.join('.')}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`,
        )
      : [JSON.stringify(write.object.spec)];
  return `${action} ${kind}(${name}) ${what.join(', ')}`;
}

/** The writes of each step, and why the plan may not be carried out. */
export function summary({ plan, failures }: Planned): {
  readonly steps: readonly string[];
  readonly failures: readonly string[];
} {
  return {
    steps: plan.steps.map(({ writes }) => writes.map(writeText).join('; ')),
    failures: failures.map(({ code, message }) => `${code}: ${message}`),
  };
}
