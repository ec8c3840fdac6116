import { expect, it } from 'vitest';
import { nodeName } from '../../src/operations/node-name.ts';
import { machine, testContext } from './node-support.ts';

const files = { '/var/lib/calico/nodename': 'noted\n' };
const env = { NODENAME: 'told' };

it.each([
  ['given', { env, files }, 'given'],
  [undefined, { env, files }, 'told'],
  [undefined, { env: { NODENAME: '' }, files }, 'noted'],
  [undefined, { files: { '/var/lib/calico/nodename': '\n' } }, 'host-1.example'],
  [undefined, {}, 'host-1.example'],
] as const)('nodeName() given %j on %j is %j', async (given, world, name) => {
  expect(await nodeName(testContext(world), machine({ hostname: 'Host-1.Example' }), given)).toBe(name);
});
