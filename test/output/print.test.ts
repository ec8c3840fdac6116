import { describe, expect, it } from 'vitest';
import type { Resource, ResourceList } from '../../src/kinds/resource.ts';
import { parseFormat } from '../../src/output/format.ts';
import { nameOf, print } from '../../src/output/print.ts';
import type { PrintOptions } from '../../src/output/print.ts';
import { object } from '../conformance/objects.ts';

const bare = (kind: string, name: string): Resource => ({
  kind,
  apiVersion: 'projectcalico.org/v3',
  metadata: { name },
  spec: {},
});
const listOf = (kind: string, ...items: readonly Resource[]): ResourceList => ({
  kind: `${kind}List`,
  apiVersion: 'projectcalico.org/v3',
  metadata: { resourceVersion: '7' },
  items,
});
const PEERS = listOf('BGPPeer', bare('BGPPeer', 'a'), bare('BGPPeer', 'b'));

async function printed(
  format: string,
  found: readonly (Resource | ResourceList)[],
  options: Partial<PrintOptions> = {},
): Promise<string | readonly string[]> {
  const plain = { withNamespace: false, related: { get: () => undefined }, template: '' };
  const parsed = parseFormat(format);
  const template = parsed.type === 'go-template' ? parsed.template : '';
  const { text, error } = await print(found, parsed, { ...plain, template, ...options });
  return error === undefined ? text : [text, error.message];
}

describe('print() as json', () => {
  it('gives one object as it is, without a line end', async () => {
    expect(await printed('json', [bare('BGPPeer', 'a')])).toBe(
      '{\n  "kind": "BGPPeer",\n  "apiVersion": "projectcalico.org/v3",\n  "metadata": {\n    "name": "a"\n  },\n  "spec": {}\n}',
    );
  });

  it('gives a list object for a whole kind', async () => {
    expect(JSON.parse(String(await printed('json', [PEERS])))).toEqual({ ...PEERS, items: PEERS.items });
  });

  it('gives several objects as a list without a wrapper', async () => {
    const text = String(await printed('json', [bare('BGPPeer', 'a'), bare('IPPool', 'b')]));
    expect(JSON.parse(text)).toEqual([bare('BGPPeer', 'a'), bare('IPPool', 'b')]);
  });

  it('gives null for nothing', async () => {
    expect(await printed('json', [])).toBe('null');
  });
});

describe('print() as yaml', () => {
  it('sorts the keys', async () => {
    expect(await printed('yaml', [listOf('BGPPeer', bare('BGPPeer', 'a'))])).toBe(`apiVersion: projectcalico.org/v3
items:
- apiVersion: projectcalico.org/v3
  kind: BGPPeer
  metadata:
    name: a
  spec: {}
kind: BGPPeerList
metadata:
  resourceVersion: "7"
`);
  });

  it('gives null for nothing', async () => {
    expect(await printed('yaml', [])).toBe('null\n');
  });
});

describe('print() as tables', () => {
  it('makes one for each answer', async () => {
    expect(await printed('custom-columns=NAME', [bare('BGPPeer', 'a'), PEERS])).toBe(
      'NAME   \na      \n\nNAME   \na      \nb      \n\n',
    );
  });

  it('prints nothing for nothing', async () => {
    expect([await printed('ps', []), await printed('wide', []), await printed('custom-columns=NAME', [])]).toEqual([
      '',
      '',
      '',
    ]);
  });

  it('keeps the tables before one that lacks the heading', async () => {
    expect(await printed('custom-columns=CIDR', [bare('IPPool', 'a'), PEERS, bare('IPPool', 'b')])).toEqual([
      'CIDR   \n       \n\n',
      'unknown heading CIDR, valid values are: NAME, PEERIP, NODE, ASN',
    ]);
  });

  it('shows the namespace when asked to', async () => {
    const set = object('NetworkSet', 's', {}, { namespace: 'ns' });
    expect(await printed('ps', [set], { withNamespace: true })).toBe('NAMESPACE   NAME   \nns          s      \n\n');
  });

  it('shows the AS number of the default BGP configuration for nodes without one', async () => {
    const node = object('Node', 'n', { bgp: { ipv4Address: '10.0.0.1/24' } });
    const configuration = object('BGPConfiguration', 'default', { asNumber: 65000 });
    const asn = async (related: Resource | 'unreadable' | undefined) =>
      String(await printed('custom-columns=ASN', [node], { related: { get: () => related } }))
        .split('\n')[1]
        ?.trim();
    expect([await asn(configuration), await asn(undefined), await asn('unreadable')]).toEqual([
      '(65000)',
      '(64512)',
      '(unknown)',
    ]);
  });
});

describe('print() as names', () => {
  it('names every object, also those of lists', async () => {
    expect(await printed('name', [bare('IPPool', 'p'), PEERS])).toBe(
      'ippool.projectcalico.org/p\nbgppeer.projectcalico.org/a\nbgppeer.projectcalico.org/b\n',
    );
  });
});

describe('nameOf()', () => {
  it('is kubectl’s form', () => {
    expect(nameOf(bare('BGPConfiguration', 'default'))).toBe('bgpconfiguration.projectcalico.org/default\n');
  });
});

describe('print() as jsonpath', () => {
  it('has kubectl’s root: an object, a list, or a List of several', async () => {
    expect([
      await printed('jsonpath={.metadata.name}', [bare('BGPPeer', 'a')]),
      await printed('jsonpath={.items[*].metadata.name}', [PEERS]),
      await printed('jsonpath={.kind}: {.items[*].metadata.name}', [bare('BGPPeer', 'x'), bare('BGPPeer', 'y')]),
      await printed('jsonpath={.kind}{.items[*].metadata.name}', []),
    ]).toEqual(['a', 'a b', 'List: x y', 'List']);
  });

  it('prints nothing of an expression that cannot be read', async () => {
    expect(await printed('jsonpath={.a', [PEERS])).toEqual(['', 'error parsing jsonpath: unclosed action']);
  });
});

describe('print() as go-template', () => {
  it('has all answers as its root', async () => {
    const template = '{{range .}}{{.ObjectMeta.Name}},{{end}}';
    expect(await printed(`go-template=${template}`, [bare('BGPPeer', 'a'), bare('BGPPeer', 'b')])).toBe('a,b,');
  });

  it('prints nothing of a template that fails', async () => {
    expect(await printed('go-template={{range .}}', [PEERS])).toEqual(['', 'template: get:1: unexpected EOF']);
  });

  it('knows the global AS number', async () => {
    const related = { get: () => object('BGPConfiguration', 'default', { asNumber: 65000 }) };
    expect(await printed('go-template={{config "asnumber"}}', [PEERS], { related })).toBe('65000');
  });
});
