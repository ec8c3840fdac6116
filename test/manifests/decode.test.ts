import { describe, expect, it } from 'vitest';
import { kindNames } from '../../src/kinds/index.ts';
import { decodeFile } from '../../src/manifests/decode.ts';
import { describeNotice } from '../../src/manifests/manifest.ts';

/** What a file gives: `Kind name` of every resource, or the error's message; then its notices and its warnings. */
function decoded(text: string | Uint8Array): readonly string[] {
  const { resources, warnings, error } = decodeFile(
    'f',
    typeof text === 'string' ? new TextEncoder().encode(text) : text,
  );
  return [
    ...(error === undefined
      ? resources.map(({ resource: { kind, metadata }, line }) => `${kind} ${metadata.name ?? ''} at ${line}`)
      : [error.message]),
    ...(error?.notices ?? []).map((notice) => `hint ${describeNotice(notice)}`),
    ...warnings.map((notice) => `warning ${describeNotice(notice)}`),
  ];
}

const HEAD = 'apiVersion: projectcalico.org/v3\nkind: BGPPeer\n';
const JSON_ERROR = 'error unmarshaling JSON: while decoding JSON: ';
const YAML_ERROR = 'error converting YAML to JSON: yaml: ';

describe('decodeFile() reads', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['an object', `${HEAD}metadata: {name: a}\n`, ['BGPPeer a at 1']],
    ['an object without metadata', HEAD, ['BGPPeer  at 1']],
    [
      'documents',
      `${HEAD}metadata: {name: a}\n---\n${HEAD}metadata: {name: b}\n`,
      ['BGPPeer a at 1', 'BGPPeer b at 5'],
    ],
    ['JSON', '{"kind":"Tier","apiVersion":"projectcalico.org/v3","metadata":{"name":"t"}}', ['Tier t at 1']],
    [
      'JSON with commas too many, single quotes and bare keys',
      '{kind: \'Tier\', \'apiVersion\': "projectcalico.org/v3", "metadata":{"name":"t",},}',
      ['Tier t at 1'],
    ],
    [
      'a list of a kind, in order',
      `apiVersion: projectcalico.org/v3\nkind: BGPPeerList\nmetadata: {resourceVersion: "9"}\nitems:\n- ${HEAD.replace('\n', '\n  ')}  metadata: {name: b}\n- ${HEAD.replace('\n', '\n  ')}  metadata: {name: a}\n`,
      ['BGPPeer b at 5', 'BGPPeer a at 8'],
    ],
    [
      'a sequence of objects and lists',
      '[{apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: t}},\n {apiVersion: projectcalico.org/v3, kind: TierList, items: [{apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: u}}]}]\n',
      ['Tier t at 1', 'Tier u at 2'],
    ],
    ['an empty sequence', '[]\n', []],
    ['an empty list', 'apiVersion: projectcalico.org/v3\nkind: TierList\nitems: []\n', []],
    ['nothing', '', []],
    ['a byte order mark', `\uFEFF${HEAD}`, ['BGPPeer  at 1']],
    [
      'Windows line ends',
      `${HEAD}metadata: {name: a}\n---\n${HEAD}`.replaceAll('\n', '\r\n'),
      ['BGPPeer a at 1', 'BGPPeer  at 5'],
    ],
  ])('%s', (_, text, expected) => {
    expect(decoded(text)).toEqual(expected);
  });

  it('items of a list without kind and apiVersion, with a warning', () => {
    expect(
      decoded('apiVersion: projectcalico.org/v3\nkind: TierList\nitems:\n- metadata: {name: a}\n- kind: Tier\n'),
    ).toEqual([
      'Tier a at 4',
      'Tier  at 5',
      'warning f:4: list item without apiVersion and kind, taken from the list; write: apiVersion: projectcalico.org/v3, kind: Tier',
      'warning f:5: list item without apiVersion, taken from the list; write: apiVersion: projectcalico.org/v3',
    ]);
  });

  it('numbers and booleans where text belongs, but not in a sequence', () => {
    const labelled = 'apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: t, labels: {a: 5}}';
    expect(decoded(`{${labelled}}`)[0]).toBe('Tier t at 1');
    expect(decoded(`[{${labelled}}]`)[0]).toBe(
      `${JSON_ERROR}json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string`,
    );
  });

  it('fields written in other case, with a warning', () => {
    expect(decoded(`${HEAD}METADATA: {Name: a}\nspec:\n  PEERIP: 192.0.2.1\n`)).toEqual([
      'BGPPeer a at 1',
      'warning f:3: metadata: "METADATA" is accepted, but the field is called "metadata"; kubectl would refuse it; write: metadata: {Name: a}',
      'warning f:3: metadata.name: "Name" is accepted, but the field is called "name"; kubectl would refuse it; write: name:',
      'warning f:5: spec.peerIP: "PEERIP" is accepted, but the field is called "peerIP"; kubectl would refuse it; write: peerIP: 192.0.2.1',
    ]);
  });

  it('what is lost, with a warning', () => {
    expect(decoded(`${HEAD}--- metadata: {name: lost}\n${HEAD}...\nmetadata: {name: lost}\n`)).toEqual([
      'BGPPeer  at 1',
      'BGPPeer  at 4',
      'warning f:3: what follows --- on its line is not read, put it on a line of its own: metadata: {name: lost}',
      'warning f:7: what follows the first document is not read; write: ---',
    ]);
  });
});

describe('decodeFile() refuses', () => {
  it.each<readonly [string, string, readonly string[]]>([
    [
      'a scalar',
      'foo\n',
      [
        `${JSON_ERROR}json: cannot unmarshal string into Go value of type []unstructured.Unstructured`,
        'hint f:1: a manifest must be a mapping with apiVersion, kind, metadata and spec',
      ],
    ],
    [
      'a number',
      '5\n',
      [
        `${JSON_ERROR}json: cannot unmarshal number into Go value of type []unstructured.Unstructured`,
        'hint f:1: a manifest must be a mapping with apiVersion, kind, metadata and spec',
      ],
    ],
    [
      'a boolean',
      'yes\n',
      [
        `${JSON_ERROR}json: cannot unmarshal bool into Go value of type []unstructured.Unstructured`,
        'hint f:1: a manifest must be a mapping with apiVersion, kind, metadata and spec',
      ],
    ],
    [
      'a document without content',
      `${HEAD}---\n# nothing\n---\n${HEAD}`,
      [
        'unknown resource type () and/or version ()',
        'hint f:4: a document without content, or with comments only; remove its --- line, or write an object',
      ],
    ],
    [
      'an object without a kind',
      'apiVersion: projectcalico.org/v3\n',
      [
        `${JSON_ERROR}json: cannot unmarshal object into Go value of type []unstructured.Unstructured`,
        'hint f:1: kind is missing',
      ],
    ],
    [
      'an empty object',
      '{}\n',
      [
        `${JSON_ERROR}json: cannot unmarshal object into Go value of type []unstructured.Unstructured`,
        'hint f:1: apiVersion and kind are needed; write: apiVersion: projectcalico.org/v3',
      ],
    ],
    [
      'a kind that is no text',
      'apiVersion: projectcalico.org/v3\nkind: [Tier]\n',
      [
        `${JSON_ERROR}json: cannot unmarshal object into Go value of type []unstructured.Unstructured`,
        'hint f:2: kind must be the name of a kind, such as IPPool',
      ],
    ],
    [
      'a kind with a capital letter in its field',
      'apiVersion: projectcalico.org/v3\nKind: Tier\n',
      [
        `${JSON_ERROR}json: cannot unmarshal object into Go value of type []unstructured.Unstructured`,
        'hint f:2: "Kind" must be written "kind"; write: kind: Tier',
      ],
    ],
    [
      'an API version with two slashes',
      'apiVersion: a/b/c\nkind: Tier\n',
      [
        `${JSON_ERROR}json: cannot unmarshal object into Go value of type []unstructured.Unstructured`,
        'hint f:1: this is no API version; write: apiVersion: projectcalico.org/v3',
      ],
    ],
    [
      'an element without a kind',
      '- b: c\n',
      [
        `${JSON_ERROR}Object 'Kind' is missing in '{"b":"c"}'`,
        'hint f:1: apiVersion and kind are needed; write: apiVersion: projectcalico.org/v3',
      ],
    ],
    [
      'an element that is no object',
      '- b\n',
      [`${JSON_ERROR}Object 'Kind' is missing in '"b"'`, 'hint f:1: a list at the top must hold objects'],
    ],
    [
      'no API version',
      'kind: Tier\n',
      [
        'unknown resource type (Tier) and/or version ()',
        'hint f:1: apiVersion is missing; write: apiVersion: projectcalico.org/v3',
      ],
    ],
    [
      'another API version',
      'kind: Tier\napiVersion: projectcalico.org/v2\n',
      [
        'unknown resource type (Tier) and/or version (projectcalico.org/v2)',
        'hint f:2: unknown API version "projectcalico.org/v2"; write: apiVersion: projectcalico.org/v3',
      ],
    ],
    [
      'the API version of the definitions',
      'kind: Tier\napiVersion: crd.projectcalico.org/v1\n',
      [
        'unknown resource type (Tier) and/or version (crd.projectcalico.org/v1)',
        'hint f:2: crd.projectcalico.org/v1 is how Calico stores objects in Kubernetes; calicoctl reads and writes projectcalico.org/v3; write: apiVersion: projectcalico.org/v3',
      ],
    ],
    [
      'a Kubernetes list',
      'apiVersion: v1\nkind: List\nitems: []\n',
      [
        'unknown resource type (List) and/or version (v1)',
        'hint f:1: a Kubernetes List (kubectl get -o yaml) is not read; take the objects from calicoctl get -o yaml, or put them into documents separated by ---',
      ],
    ],
    [
      'a kind that is misspelt',
      'apiVersion: projectcalico.org/v3\nkind: IPpool\n',
      [
        'unknown resource type (IPpool) and/or version (projectcalico.org/v3)',
        'hint f:2: no kind is called "IPpool"; write: kind: IPPool',
      ],
    ],
    [
      'a kind that does not exist',
      'apiVersion: projectcalico.org/v3\nkind: Deployment\n',
      [
        'unknown resource type (Deployment) and/or version (projectcalico.org/v3)',
        `hint f:2: no kind is called "Deployment"; kinds: ${[...kindNames].sort().join(', ')}`,
      ],
    ],
    [
      'an item of another kind',
      'apiVersion: projectcalico.org/v3\nkind: TierList\nitems:\n- {kind: IPPool, apiVersion: projectcalico.org/v3}\n',
      [
        `${JSON_ERROR}json: TierList holds an item of kind IPPool`,
        'hint f:4: every item of a TierList must be a Tier; write: kind: Tier',
      ],
    ],
    [
      'a field that does not exist',
      `${HEAD}spec: {peerip: 192.0.2.1, pearIP: x}\n`,
      [
        `${JSON_ERROR}json: unknown field "pearIP"`,
        'hint f:3: spec.pearIP: no such field, did you mean "peerIP"?',
        'warning f:3: spec.peerIP: "peerip" is accepted, but the field is called "peerIP"; kubectl would refuse it; write: peerIP:',
      ],
    ],
    [
      'a value of another type',
      `${HEAD}spec: {keepOriginalNextHop: maybe}\n`,
      [
        `${JSON_ERROR}json: cannot unmarshal string into Go struct field BGPPeerSpec.spec.keepOriginalNextHop of type bool`,
        'hint f:3: spec.keepOriginalNextHop: expected true or false, not the text "maybe"',
      ],
    ],
    [
      'a repeated key',
      `${HEAD}---\n${HEAD}metadata: {name: a}\nmetadata: {name: b}\nkind: Tier\n`,
      [
        `${YAML_ERROR}unmarshal errors:\n  line 4: key "metadata" already set in map\n  line 5: key "kind" already set in map`,
        'hint f:7: "metadata" stands here a second time; keep one',
        'hint f:8: "kind" stands here a second time; keep one',
      ],
    ],
    [
      'a tab',
      `${HEAD}metadata:\n\tname: a\n`,
      [
        `${YAML_ERROR}line 4: found character that cannot start any token`,
        'hint f:4: YAML does not allow tabs for indentation; write:   name: a',
      ],
    ],
    [
      'an exclamation mark',
      `${HEAD}spec:\n  nodeSelector: !has(a) && b == "c"\n`,
      [
        `${YAML_ERROR}line 4: did not find expected alphabetic or numeric character`,
        `hint f:4: did not find expected alphabetic or numeric character; write: nodeSelector: '!has(a) && b == "c"'`,
      ],
    ],
    [
      'an exclamation mark, with single quotes inside',
      `${HEAD}spec:\n  nodeSelector: !has(a) && b == 'c'\n`,
      [
        `${YAML_ERROR}line 4: did not find expected alphabetic or numeric character`,
        `hint f:4: did not find expected alphabetic or numeric character; write: nodeSelector: "!has(a) && b == 'c'"`,
      ],
    ],
    [
      'NUL',
      `${HEAD}\0`,
      [`${YAML_ERROR}control characters are not allowed`, 'hint f:3: control characters are not allowed'],
    ],
  ])('%s', (_, text, expected) => {
    expect(decoded(text)).toEqual(expected);
  });

  it('a document that is too long, with the line where it starts', () => {
    const long = `${HEAD}---\n# ${'x'.repeat(10 * 1024 * 1024)}\n`;
    expect(decoded(long)).toEqual(['bufio.Scanner: token too long', 'hint f:4: a document may have at most 10 MiB']);
  });

  it('with all faults of all documents; the message is the first one’s', () => {
    const text = `${HEAD}spec: {asNumber: x, maxRestartTime: []}\n---\nkind: [\n---\n${HEAD}metadata: {name: a}\n---\nfoo\n`;
    const [message, ...hints] = decoded(text);
    expect([message, hints.map((hint) => hint.slice(0, 9))]).toEqual([
      `${JSON_ERROR}invalid AS Number format (x)`,
      ['hint f:3:', 'hint f:3:', 'hint f:6:', 'hint f:11'],
    ]);
  });
});

describe('position() of a resource', () => {
  const [peer] = decodeFile(
    'f',
    new TextEncoder().encode(`${HEAD}metadata:\n  name: a\nspec:\n  peerIP: 192.0.2.1\n  filters: [one,\n    two]\n`),
  ).resources;
  const item = decodeFile(
    'f',
    new TextEncoder().encode('apiVersion: projectcalico.org/v3\nkind: TierList\nitems:\n- spec:\n    order: 5\n'),
  ).resources[0];

  it.each([
    ['spec.peerIP', '6:3'],
    ['spec.filters[1]', '8:5'],
    ['spec.filters[7]', '7:3'],
    ['spec.password.secretKeyRef', '5:1'],
    ['metadata.labels.a', '3:1'],
    ['status', '1:1'],
    ['', '1:1'],
  ])('%s is the nearest place that was written', (path, place) => {
    const { line = 0, column = 0 } = peer?.position(path) ?? {};
    expect(`${line}:${column}`).toBe(place);
  });

  it('of an item counts within its list', () => {
    expect([item?.position('spec.order').line, item?.position('metadata.name').line]).toEqual([5, 4]);
  });
});
