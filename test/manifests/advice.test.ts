/** What a person is told about a manifest that cannot be read: file, line, field, what is wrong, and what would be right. */
import { describe, expect, it } from 'vitest';
import { decodeFile } from '../../src/manifests/decode.ts';
import { describeNotice } from '../../src/manifests/manifest.ts';

/** The notices about a file `f`, one line each. */
function notices(text: string): readonly string[] {
  const { error } = decodeFile('f', new TextEncoder().encode(text));
  return (error?.notices ?? []).map(describeNotice);
}

const head = (kind: string): string => `apiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: {name: a}\n`;
const typed = (apiVersion: string, kind: string): string => `apiVersion: ${apiVersion}\nkind: ${kind}\n`;

describe('a value of the wrong type', () => {
  it.each([
    ['BGPPeer', 'asNumber: 99999999999', 'expected an AS number, 0 to 4294967295 or in the form 1.10, not 99999999999'],
    [
      'BGPPeer',
      'asNumber: 64512x',
      'invalid AS Number format (64512x): expected an AS number, 0 to 4294967295 or in the form 1.10',
    ],
    ['BGPPeer', 'maxRestartTime: 5', 'expected a duration such as 30s or 1m30s, not 5'],
    ['BGPConfiguration', 'listenPort: 99999', 'expected a whole number of 0 to 65535, not 99999'],
    ['BGPConfiguration', 'communities: {name: a}', 'expected a list, not a mapping'],
    ['BGPConfiguration', 'nodeMeshPassword: hunter2', 'expected a mapping of names and values, not a text'],
    ['IPPool', 'natOutgoing: "yes"', 'expected true or false, not the text "yes"; write: natOutgoing: true'],
    ['IPPool', 'natOutgoing: "off"', 'expected true or false, not the text "off"; write: natOutgoing: false'],
    ['IPPool', 'natOutgoing: maybe', 'expected true or false, not the text "maybe"'],
    ['IPPool', 'blockSize: "26"', 'expected a whole number, not the text "26"; write: blockSize: 26'],
    ['IPPool', 'cidr: [10.0.0.0/16]', 'expected a text, not a list'],
    ['GlobalNetworkPolicy', 'order: "10.5"', 'expected a number, not the text "10.5"; write: order: 10.5'],
  ])('%s %s', (kind, line, problem) => {
    expect(notices(`${head(kind)}spec:\n  ${line}\n`)).toEqual([`f:5: spec.${line.split(':')[0] ?? ''}: ${problem}`]);
  });

  it('in the place of the spec', () => {
    expect(notices(`${head('IPPool')}spec: cidr\n`)).toEqual([
      'f:4: spec: expected a mapping of names and values, not a text',
    ]);
  });
});

describe('a field that does not exist', () => {
  it.each([
    ['IPPool', 'cidr: 10.0.0.0/16', 'f:4: cidr: no such field here; cidr is a field of spec'],
    [
      'Node',
      'spec: {routeReflectorClusterID: 1.0.0.1}',
      'f:4: spec.routeReflectorClusterID: no such field here; routeReflectorClusterID is a field of spec.bgp',
    ],
    ['IPPool', 'spec: {labels: {a: b}}', 'f:4: spec.labels: no such field here; labels is a field of metadata'],
    ['IPPool', 'spec: {natOutgoin: true}', 'f:4: spec.natOutgoin: no such field, did you mean "natOutgoing"?'],
    ['Tier', 'spec: {x: 1}', 'f:4: spec.x: no such field; known fields: order, defaultAction'],
  ])('%s %s', (kind, line, notice) => {
    expect(notices(`${head(kind)}${line}\n`)).toEqual([notice]);
  });
});

describe('a kind that is not Calico’s', () => {
  it.each([
    [typed('projectcalico.org/v3', 'IpPool'), 'f:2: no kind is called "IpPool"; write: kind: IPPool'],
    [
      typed('projectcalico.org/v2', 'IPPool'),
      'f:1: unknown API version "projectcalico.org/v2"; write: apiVersion: projectcalico.org/v3',
    ],
    [typed('apps/v1', 'Deployment'), 'f:1: Deployment of apps/v1 belongs to Kubernetes: apply it with kubectl'],
    [
      typed('networking.k8s.io/v1', 'NetworkPolicy'),
      'f:1: NetworkPolicy of networking.k8s.io/v1 belongs to Kubernetes: apply it with kubectl; a NetworkPolicy of Calico has apiVersion: projectcalico.org/v3 and other fields',
    ],
    [
      typed('v1', 'ipPool'),
      "f:1: Calico's old form v1 is not read; the fields of projectcalico.org/v3 have other names",
    ],
    [
      typed('v1', 'List'),
      'f:1: a Kubernetes List (kubectl get -o yaml) is not read; take the objects from calicoctl get -o yaml, or put them into documents separated by ---',
    ],
    [
      typed('projectcalico.org/v3', 'List'),
      'f:2: a List is not read; write the kind of its items, such as IPPoolList, or put them into documents separated by ---',
    ],
  ])('%j', (text, notice) => {
    expect(notices(text)).toEqual([notice]);
  });

  it('that resembles none is answered with all there are', () => {
    const [notice = ''] = notices(typed('projectcalico.org/v3', 'Deployment'));
    expect(notice).toMatch(
      /^f:2: no kind is called "Deployment"; kinds: BGPConfiguration, BGPFilter, .*, WorkloadEndpoint$/,
    );
  });
});

describe('text that is no YAML', () => {
  it.each([
    ['spec:\n\tcidr: 10.0.0.0/16\n', 'f:2: YAML does not allow tabs for indentation; write:   cidr: 10.0.0.0/16'],
    ['spec:\n  a: 1\n  a: 2\n', 'f:3: "a" stands here a second time; keep one'],
    [
      'spec:\n   a: 1\n  b: 2\n',
      'f:3: did not find expected key: the line is indented differently from those around it, or a quote or bracket before it is not closed',
    ],
    ['a: 1\nb 2\n', 'f:2: could not find expected \':\': a name and its value need ": " between them'],
    ['a: "b\n', 'f:1: found unexpected end of stream: a quote that opens here is not closed'],
    [
      'a: b: c\n',
      'f:1: mapping values are not allowed in this context: a value with ": " in it needs quotes, or the line is indented too far',
    ],
    [
      '{"a": 1\n "b": 2}\n',
      "f:2: did not find expected ',' or '}': a comma or a closing bracket is missing before this",
    ],
    ['a: *b\n', "f:1: unknown anchor 'b' referenced: a text that begins with *, &, ! or , needs quotes"],
    ['a: @b\n', 'f:1: found character that cannot start any token: a text that begins with @, % or ` needs quotes'],
    ['a: {{ .Values.a }}\n', 'f:1: this is a template that was not filled in: {{ … }} is no YAML'],
  ])('%j', (text, notice) => {
    expect(notices(text)).toEqual([notice]);
  });
});
