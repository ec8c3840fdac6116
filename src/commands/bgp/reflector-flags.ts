/** Flags about route reflectors. */
import * as Flags from '@oclif/core/flags';
import { UsageError } from '../../cli/argv.ts';

export const reflectorFlags = {
  label: Flags.string({ summary: 'Label by which BGPPeers find reflectors.', default: 'route-reflector=true' }),
  'cluster-id': Flags.string({ summary: 'Cluster ID of the reflectors, an IPv4 address.', default: '244.0.0.1' }),
  'peer-name': Flags.string({
    summary: 'Name of the BGPPeer between all nodes and the reflectors.',
    default: 'route-reflectors',
  }),
  'allow-single': Flags.boolean({ summary: 'Be content with a single reflector, without which all routes are lost.' }),
};

export interface ReflectorValues {
  readonly label: string;
  readonly 'cluster-id': string;
  readonly 'peer-name': string;
}

/** @throws {UsageError} */
export function settingsOf(flags: ReflectorValues): {
  readonly label: { readonly key: string; readonly value: string };
  readonly clusterId: string;
  readonly peer: string;
} {
  const clusterId = flags['cluster-id'];
  const [, key, value] = /^([A-Za-z0-9][-A-Za-z0-9_./]*)=([-A-Za-z0-9_.]*)$/.exec(flags.label) ?? [];
  if (key === undefined || value === undefined)
    throw new UsageError(`invalid argument "${flags.label}" for "--label" flag: not KEY=VALUE`);
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(clusterId) || clusterId.split('.').some((part) => Number(part) > 255))
    throw new UsageError(`invalid argument "${clusterId}" for "--cluster-id" flag: not an IPv4 address`);
  return { label: { key, value }, clusterId, peer: flags['peer-name'] };
}
