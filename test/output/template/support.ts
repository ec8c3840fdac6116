import type { Resource, ResourceList } from '../../../src/kinds/resource.ts';
import { API_VERSION } from '../../../src/kinds/resource.ts';
import { renderTemplate } from '../../../src/output/template/render.ts';

const pool: Resource = {
  kind: 'IPPool',
  apiVersion: API_VERSION,
  metadata: {
    name: 'g1',
    uid: 'u-1',
    resourceVersion: '7',
    creationTimestamp: '2024-01-02T03:04:05Z',
    labels: { a: 'b', b: '2' },
  },
  spec: {
    cidr: '10.4.0.0/16',
    ipipMode: 'Always',
    blockSize: 26,
    nodeSelector: 'all()',
    allowedUses: ['Workload', 'Tunnel'],
    assignmentMode: 'Automatic',
  },
};

const resource = (kind: string, name: string, spec: Resource['spec']): Resource => ({
  kind,
  apiVersion: API_VERSION,
  metadata: { name },
  spec,
});

/** What the templates of the tests are given. */
const OBJECTS = {
  pool: [pool],
  pools: [
    {
      kind: 'IPPoolList',
      apiVersion: API_VERSION,
      metadata: { resourceVersion: '12' },
      items: [pool, resource('IPPool', 'g2', { cidr: '10.5.0.0/16' })],
    },
  ],
  peers: [
    resource('BGPPeer', 'p1', {
      node: 'n1',
      peerIP: '1.2.3.4',
      asNumber: 64512,
      password: { secretKeyRef: { name: 's', key: 'k' } },
      maxRestartTime: '1m30s',
    }),
    resource('BGPPeer', 'p2', { nodeSelector: 'has(x)' }),
  ],
  policy: [
    resource('GlobalNetworkPolicy', 'default.x', {
      tier: 'default',
      order: 100.5,
      ingress: [
        {
          action: 'Allow',
          protocol: 'TCP',
          source: { nets: ['1.0.0.0/8'], ports: [80, '8000:9000', 'http'] },
        },
        { action: 'Deny', protocol: 17 },
      ],
      selector: 'all()',
      types: ['Ingress'],
    }),
  ],
  staged: [
    resource('StagedKubernetesNetworkPolicy', 'default.s', {
      podSelector: { matchLabels: { a: 'b' } },
      ingress: [{ ports: [{ port: 'web' }, { port: 80 }, {}] }],
    }),
  ],
  node: [{ ...resource('Node', 'n1', { bgp: { asNumber: 65001, ipv4Address: '10.0.0.1/24' } }), status: {} }],
  bgp: [
    resource('BGPConfiguration', 'default', {
      nodeToNodeMeshEnabled: false,
      asNumber: 65000,
      serviceClusterIPs: [{ cidr: '10.0.0.0/8' }],
      communities: [{ name: 'c', value: '1:2' }],
    }),
  ],
  nothing: [],
} as const satisfies Readonly<Record<string, readonly (Resource | ResourceList)[]>>;

export type Objects = keyof typeof OBJECTS;

/** What a template makes of objects, or the message of its error. @throws whatever is no error of a template */
export function render(template: string, objects: Objects): string {
  try {
    return renderTemplate(template, OBJECTS[objects], { asnumber: '64512' });
  } catch (error) {
    if (error instanceof Error && error.name === 'TemplateError') return error.message;
    throw error;
  }
}
