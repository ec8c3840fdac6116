/** The MTU that pods may have, as far as the datastore tells: the MTU of the hosts is not in it. */
import { isJsonObject } from '../kinds/schema.ts';
import type { Resource } from '../kinds/resource.ts';
import { encapsulationOf, modesOf } from '../overlay/modes.ts';
import type { Modes } from '../overlay/modes.ts';
import { bytesTaken, headerBytes, mtuField } from '../overlay/mtu.ts';
import type { Use, Version } from '../overlay/mtu.ts';
import type { PoolSurroundings } from './ippool-view.ts';

/** A pool with its modes. */
export interface PoolModes extends Modes {
  readonly name: string;
  readonly cidr: string;
  readonly version: Version;
}

/** An MTU that FelixConfigurations set. */
export interface MtuSetting {
  readonly field: string;
  /** of the tunnel */
  readonly mtu: number;
  /** what the host's own MTU has to be for that, at least */
  readonly hostMtu: number;
  /** names of the FelixConfigurations */
  readonly configurations: readonly string[];
}

/** Bytes by which the MTU of pods has to be smaller than the host's. */
export interface BytesTaken {
  /** for traffic of this pool */
  readonly pool: number;
  /** for all pools, and WireGuard: what Felix makes of it for every pod; undefined when the pools may not be read */
  readonly all: number | undefined;
}

export interface PodMtu {
  readonly before: BytesTaken;
  readonly after: BytesTaken;
  /** undefined when FelixConfigurations may not be read */
  readonly settings: readonly MtuSetting[] | undefined;
  /** `mtuIfacePattern`: the interfaces whose MTU counts; undefined when it is not set */
  readonly interfaces: string | undefined;
  /** the MTU of pods that Calico's operator has seen; undefined when it is not known */
  readonly reported: number | undefined;
}

export function podMtu(pool: PoolModes, after: Modes, surroundings: PoolSurroundings): PodMtu {
  const { felix, installation } = surroundings;
  const others = surroundings.pools?.map(poolModes).filter(({ name }) => name !== pool.name);
  const encrypted = encryption(felix ?? []);
  const next = { ...pool, ...after };
  const taken = (current: PoolModes): BytesTaken => ({
    pool: bytesTaken([...usesOf(current), ...encrypted.filter(({ version }) => version === current.version)]),
    all: others && bytesTaken([...[current, ...others].flatMap(usesOf), ...encrypted]),
  });
  return {
    before: taken(pool),
    after: taken(next),
    settings: felix && mtuSettings(felix, [...usesOf(pool), ...usesOf(next), ...encrypted]),
    interfaces: textOf(
      felix?.find(({ metadata }) => metadata.name === 'default'),
      'mtuIfacePattern',
    ),
    reported: typeof installation === 'object' ? numberOf(installation['status'], 'mtu') : undefined,
  };
}

/** A pool as far as modes go. */
export function poolModes({ metadata, spec }: Resource): PoolModes & { readonly disabled: boolean } {
  const cidr = typeof spec['cidr'] === 'string' ? spec['cidr'] : '';
  return {
    name: metadata.name ?? '',
    cidr,
    version: cidr.includes(':') ? 6 : 4,
    ...modesOf(spec),
    disabled: spec['disabled'] === true,
  };
}

/** Bytes taken from the packets of one pool, WireGuard included. */
export function bytesTakenBy(pool: PoolModes, felix: readonly Resource[]): number {
  const encrypted = encryption(felix).filter(({ version }) => version === pool.version);
  return bytesTaken([...usesOf(pool), ...encrypted]);
}

function usesOf(pool: PoolModes): readonly Use[] {
  const transport = encapsulationOf(pool);
  return transport === undefined ? [] : [{ transport, version: pool.version }];
}

/** WireGuard, where any configuration turns it on. */
function encryption(felix: readonly Resource[]): readonly Use[] {
  const on = (field: string): boolean => felix.some(({ spec }) => spec[field] === true);
  return [
    ...(on('wireguardEnabled') ? [{ transport: 'WireGuard', version: 4 } as const] : []),
    ...(on('wireguardEnabledV6') ? [{ transport: 'WireGuard', version: 6 } as const] : []),
  ];
}

/** Every MTU that is set for one of the transports, once with all configurations that set it. Zero means: find it out. */
function mtuSettings(felix: readonly Resource[], uses: readonly Use[]): readonly MtuSetting[] {
  const headers = new Map(uses.map((use) => [mtuField(use), headerBytes(use)]));
  const found = new Map<string, MtuSetting & { readonly configurations: string[] }>();
  for (const { metadata, spec } of felix) {
    for (const [field, bytes] of headers) {
      const mtu = numberOf(spec, field) ?? 0;
      if (mtu === 0) continue;
      const key = `${field} ${mtu}`;
      const setting = found.get(key) ?? { field, mtu, hostMtu: mtu + bytes, configurations: [] };
      setting.configurations.push(metadata.name ?? '');
      found.set(key, setting);
    }
  }
  return [...found.values()];
}

function numberOf(value: unknown, key: string): number | undefined {
  const found = isJsonObject(value) ? value[key] : undefined;
  return typeof found === 'number' ? found : undefined;
}

function textOf(resource: Resource | undefined, key: string): string | undefined {
  const value = resource?.spec[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
