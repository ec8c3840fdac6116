import { describe, expect, it } from 'vitest';
import { bgpExplain } from '../../src/operations/bgp-explain.ts';
import type { World } from '../doubles/world.ts';
import { failure, world } from '../doubles/world.ts';
import { nodeText, PLAIN } from './bgp-support.ts';
import { documents } from './manifests.ts';

const dual = nodeText('worker-2', '10.0.0.2', '', 'ipv6Address: fd00::2/64');
const here = (): World => world({ files: { 'm.yaml': documents(nodeText('worker-1', '10.0.0.1'), dual) } });
const input = (node: string, peer: string) => ({ ...PLAIN, filename: 'm.yaml', node, peer });

describe('bgpExplain()', () => {
  it('takes a node by its name, and looks at both families', async () => {
    const { node, peer, families, warnings } = await bgpExplain(here().context, input('worker-1', 'worker-2'));
    expect([node, peer, families.map(({ family, state }) => `${family} ${state}`), warnings]).toEqual([
      'worker-1 (10.0.0.1, AS 64512)',
      'worker-2 (10.0.0.2, fd00::2, AS 64512)',
      ['ipv4 fine', 'ipv6 none'],
      [],
    ]);
  });

  it.each([
    ['10.0.0.2', 'worker-2 (10.0.0.2, fd00::2, AS 64512)', ['ipv4 fine']],
    ['FD00:0::2', 'worker-2 (10.0.0.2, fd00::2, AS 64512)', ['ipv6 none']],
    ['10.9.9.9', '10.9.9.9', ['ipv4 none']],
  ])('takes the address %s for what it is', async (address, peer, states) => {
    const result = await bgpExplain(here().context, input('worker-1', address));
    expect([result.peer, result.families.map(({ family, state }) => `${family} ${state}`)]).toEqual([peer, states]);
  });

  it.each([
    ['worker-3', 'worker-1', 'node worker-3 does not exist', ['did you mean worker-1?']],
    ['worker-1', 'elsewhere', 'node elsewhere does not exist, and it is no address', []],
    ['worker-1', 'worker-1', 'worker-1 has no session with itself', []],
    ['worker-1', '10.0.0.1', 'worker-1 has no session with itself', []],
  ])('refuses %s and %s', async (node, peer, message, hints) => {
    const error = await failure(bgpExplain(here().context, input(node, peer)));
    expect(error).toMatchObject({ name: 'OperationError', message, hints });
  });
});
