import { describe, expect, it } from 'vitest';
import type { Datastore } from '../../src/datastore/datastore.ts';
import { SettingsError } from '../../src/datastore/settings.ts';
import { kindNames } from '../../src/kinds/index.ts';
import { prepare, supportedKind } from '../../src/operations/input.ts';
import type { CommonOptions, Selection } from '../../src/operations/input.ts';
import { object } from '../conformance/objects.ts';
import { having } from '../doubles/matchers.ts';
import { failure, folderStore, world } from '../doubles/world.ts';
import { documents, fromFile, named, peerText } from './manifests.ts';

class ConfigFileMissing extends Error {
  override readonly name = 'ConfigFileMissing' as const;
}

async function strangeCluster(): Promise<Datastore> {
  const store = await folderStore();
  await store.create(object('ClusterInformation', 'default', { calicoVersion: 'v3.99.0' }));
  return store;
}

const files = {
  'f.yaml': documents(peerText('a'), peerText('b')),
  'broken.yaml': 'kind: {',
  'risky.yaml': peerText('a', 'KeepOriginalNextHop: true'),
};

/** The first error of a command line, as `name: message`. */
async function firstError(input: Selection & CommonOptions, datastore: () => Promise<Datastore>): Promise<string> {
  const { name, message } = await failure(prepare(world({ files, datastore }).context, input, input));
  return `${name}: ${message.split('\n')[0] ?? ''}`;
}

const noConfig = () => Promise.reject(new ConfigFileMissing('Error reading config file: no.cfg'));
const badSettings = () => Promise.reject(new SettingsError('unknown datastore type: x'));

describe('prepare() finds', () => {
  it('a config file that is missing before anything else', async () => {
    expect(await firstError(fromFile('broken.yaml'), noConfig)).toBe(
      'ConfigFileMissing: Error reading config file: no.cfg',
    );
  });

  it('a wrong version before a file that cannot be read', async () => {
    expect(await firstError(fromFile('broken.yaml'), strangeCluster)).toBe('VersionMismatch: version mismatch.');
    expect(await firstError(named('nothing', ['']), strangeCluster)).toBe('VersionMismatch: version mismatch.');
  });

  it('a file that cannot be read before settings that are wrong', async () => {
    expect(await firstError(fromFile('broken.yaml'), badSettings)).toContain('ManifestError: ');
    expect(await firstError(named('nothing'), badSettings)).toBe(
      "OperationError: resource type 'nothing' is not supported",
    );
  });

  it('risky input, if it is to be refused, before settings that are wrong', async () => {
    expect(await firstError(fromFile('risky.yaml', { safe: true }), badSettings)).toBe(
      'Refused: refused: the input is risky, nothing was written',
    );
  });

  it('settings that are wrong before an empty name', async () => {
    expect(await firstError(named('bgpp', ['']), badSettings)).toBe('ClientFailed: unknown datastore type: x');
    expect(await firstError(named('bgpp', ['a', '']), folderStore)).toBe(
      'OperationError: resource name may not be empty',
    );
  });
});

describe('prepare()', () => {
  it('opens the datastore once and reads ClusterInformation once', async () => {
    const here = world({ files, datastore: folderStore });
    const input = fromFile('f.yaml');
    const { session, targets, warnings } = await prepare(here.context, input, input);
    expect([
      here.opened(),
      await session.clusterInformation(),
      targets.map(({ resource, source }) => [resource.metadata.name, source?.file, source?.line]),
      warnings,
    ]).toEqual([
      1,
      undefined,
      [
        ['a', 'f.yaml', 1],
        ['b', 'f.yaml', 6],
      ],
      [],
    ]);
  });

  it('does not look at the version when told so', async () => {
    const here = world({ files, datastore: strangeCluster });
    const input = fromFile('f.yaml', { allowVersionMismatch: true });
    expect((await prepare(here.context, input, input)).targets).toHaveLength(2);
  });

  it('makes a target of every name, and one without a name of none', async () => {
    const here = world({ datastore: folderStore });
    const names = async (input: Selection & CommonOptions): Promise<readonly unknown[]> => {
      const { targets } = await prepare(here.context, input, input);
      return targets.map(({ kind, resource }) => `${kind.name} ${resource.metadata.name}`);
    };
    expect(await names(named('IPPools', ['b', 'a', 'b']))).toEqual(['IPPool b', 'IPPool a', 'IPPool b']);
    expect(await names(named('pool'))).toEqual(['IPPool ']);
  });

  it('ignores kind and names beside a file', async () => {
    const here = world({ files, datastore: folderStore });
    const input = { ...fromFile('f.yaml'), kind: 'nothing', names: ['x'] };
    const { targets } = await prepare(here.context, input, input);
    expect(targets.map(({ resource }) => resource.metadata.name)).toEqual(['a', 'b']);
  });

  it('gives the warnings of accepted input', async () => {
    const here = world({ files, datastore: folderStore });
    const input = fromFile('risky.yaml');
    expect((await prepare(here.context, input, input)).warnings).toEqual([
      having({ file: 'risky.yaml', line: 4, path: 'spec.keepOriginalNextHop' }),
    ]);
  });
});

describe('supportedKind()', () => {
  it.each([
    ['ippool', 'IPPool'],
    ['IPPools', 'IPPool'],
    ['pools', 'IPPool'],
    ['NO', 'Node'],
    ['bgpconfig', 'BGPConfiguration'],
    ['netsets', 'NetworkSet'],
  ])('knows %s', (word, kind) => {
    expect(supportedKind(word).name).toBe(kind);
  });

  it.each([
    ['ippol', ['did you mean ippool?']],
    ['nodde', ['did you mean node?']],
    ['ip', ['did you mean ippool, ipreservation or ipamconfiguration?']],
    ['NS', ['did you mean networkset?']],
    ['gns', ['did you mean globalnetworkset?']],
    ['fc', ['did you mean felixconfiguration?']],
    ['kcc', ['did you mean kubecontrollersconfiguration?']],
    ['bgp', ['did you mean bgpconfiguration, bgppeer or bgpfilter?']],
    ['ipam', ['did you mean ipamconfiguration?']],
    ['global', ['did you mean globalnetworkpolicy or globalnetworkset?']],
    ['networkpol', ['did you mean networkpolicy?']],
    ['ip-pool', ['did you mean ippool?']],
    ['peer', ['did you mean bgppeer?']],
    ['endpoints', ['did you mean hostendpoint or workloadendpoint?']],
    ['etwork', [`kinds: ${[...kindNames].sort().join(', ')}`]],
    ['pools.yaml', ['a file or directory is named with --filename (-f)']],
    ['wireguard', [`kinds: ${[...kindNames].sort().join(', ')}`]],
    ['', [`kinds: ${[...kindNames].sort().join(', ')}`]],
  ])('refuses %j', (word, hints) => {
    expect(() => supportedKind(word)).toThrow(
      having({ name: 'OperationError', message: `resource type '${word}' is not supported`, hints }),
    );
  });
});
