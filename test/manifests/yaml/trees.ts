import type { InputNode } from '../../../src/kinds/node.ts';

/** A node as a short text: quoted strings, bare words of other types, keys with their order. */
export function show(node: InputNode): string {
  switch (node.type) {
    case 'map':
      return `{${node.entries.map(({ key, value }) => `${JSON.stringify(key)}: ${show(value)}`).join(', ')}}`;
    case 'list':
      return `[${node.items.map(show).join(', ')}]`;
    case 'string':
      return JSON.stringify(node.text);
    case 'null':
      return 'null';
    default:
      return `${node.type} ${node.text}`;
  }
}

/** Manifests in the ways in which people and programs write them. */
export const MANIFESTS: readonly string[] = [
  `apiVersion: projectcalico.org/v3
kind: BGPPeer
metadata:
  name: rack-1   # the left one
  labels:
    rack: "r1"
    'zone': eu-west-1
  annotations: {}
spec:
  peerIP: 10.0.0.1
  asNumber: 64512
  nodeSelector: rack == 'r1' && has(node-role.kubernetes.io/worker)
  filters:
  - a
  -   b
  keepOriginalNextHop: true
  password:
`,
  `# pools
---
apiVersion: projectcalico.org/v3
kind: IPPoolList
items:
  - apiVersion: projectcalico.org/v3
    kind: IPPool
    metadata: {name: a, labels: {x: "1", y: '2',},}
    spec: {cidr: 10.0.0.0/16, natOutgoing: yes, allowedUses: [Workload, Tunnel]}
  - metadata:
      name: b
    spec:
      cidr: fd00::/48
      blockSize: 0x7A
`,
  `{"apiVersion": "projectcalico.org/v3", "kind": "IPPool",
\t"metadata": {"name": "j", "annotations": {"t": "tab\\there \\u00e9 \\"q\\" \\\\ \\n"}},
\t"spec": {"cidr": "10.0.0.0/16", "blockSize": 26, "disabled": false, "x": null, "y": [1.5, -2, 1e3]}}
`,
  `metadata:
  annotations:
    literal: |
      first
        second

      third
    folded: >-
      one
      two

      three
    keep: |+
      x

    plain: a b
      c d
    quoted: "a
      b \\
      c"
spec: &s
  a: &a [1, *b, !!str 2]
  <<: {c: 3}
`,
  `- apiVersion: projectcalico.org/v3
  kind: Node\r
  metadata: {name: n1}
- - a
  - - b
    -
- ? k
  : v
...
ignored: [
`,
  'spec:\r\n  nodeSelector: !has(x)\r\n  interfaceName: "*"\r\n  text: é\u2028😀\r\n',
];

/** The same numbers on every run. */
export function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const PIECES = [
  'a¦key¦x: y¦a: ¦b:\n¦: ¦:¦- ¦-¦\n¦\n  ¦\n    ¦ ¦[¦]¦{¦}¦,¦? ¦"¦\'¦|¦>-¦#¦ # c¦&a ¦*a ¦!¦!!str ¦!t ¦<<: ¦%¦@¦`¦\t¦---¦...¦\\n¦\\¦\r\n¦\u0085¦\u2028',
  '12¦0x1F¦1.5¦yes¦null¦~¦"a"¦\'b\'¦é¦😀¦\0¦\ud800¦\uFEFF¦::1¦%TAG ! x:\n',
].flatMap((line) => line.split('¦'));

/** A manifest with a few characters lost, doubled, moved or put in. */
export function damaged(random: (limit: number) => number): string {
  let text = MANIFESTS[random(MANIFESTS.length)] ?? '';
  for (let count = random(4); count >= 0; count--) {
    const at = random(text.length + 1);
    const rest = at + random(4);
    const piece = random(3) === 0 ? text.slice(rest, rest + random(40)) : (PIECES[random(PIECES.length)] ?? '');
    text = text.slice(0, at) + (random(3) === 0 ? '' : piece) + text.slice(random(2) === 0 ? at : rest);
  }
  return text;
}
