/** Which of Calico's two API groups a server holds: `crd.projectcalico.org/v1` or `projectcalico.org/v3`. */
export type CalicoGroup = 'v1' | 'v3';

/** A kind of resource that Calico keeps in the Kubernetes API as a custom resource. */
export interface CustomKind {
  readonly kind: string;
  readonly plural: string;
  readonly scope: 'Cluster' | 'Namespaced';
  /** Whether `status` is a subresource, so that writes of the whole object leave it as it is. */
  readonly hasStatus: boolean;
}

/** A CustomResourceDefinition as the API server takes it, as far as this file makes it. */
export interface CustomResourceDefinition {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: { readonly name: string };
  readonly spec: object;
}

const groups = {
  v1: { name: 'crd.projectcalico.org', version: 'v1' },
  v3: { name: 'projectcalico.org', version: 'v3' },
} as const;

/** The API group's name and version. */
export function groupOf(group: CalicoGroup): { readonly name: string; readonly version: string } {
  return groups[group];
}

const clusterKinds = [
  'BGPConfiguration',
  'BGPFilter',
  'BGPPeer',
  'BlockAffinity',
  'CalicoNodeStatus',
  'ClusterInformation',
  'FelixConfiguration',
  'GlobalNetworkPolicy',
  'GlobalNetworkSet',
  'HostEndpoint',
  'IPAMBlock',
  'IPAMHandle',
  'IPPool',
  'IPReservation',
  'KubeControllersConfiguration',
  'StagedGlobalNetworkPolicy',
  'Tier',
];

const namespacedKinds = ['NetworkPolicy', 'NetworkSet', 'StagedKubernetesNetworkPolicy', 'StagedNetworkPolicy'];

const kindsWithStatus = new Set(['CalicoNodeStatus', 'IPPool', 'KubeControllersConfiguration', 'Tier']);

/** The kinds of a group. The groups differ in one name: `IPAMConfig` became `IPAMConfiguration`. */
export function customKinds(group: CalicoGroup): readonly CustomKind[] {
  const make = (scope: CustomKind['scope']) => (kind: string) => ({
    kind,
    plural: pluralOf(kind),
    scope,
    hasStatus: kindsWithStatus.has(kind),
  });
  return [
    ...[...clusterKinds, group === 'v1' ? 'IPAMConfig' : 'IPAMConfiguration'].map(make('Cluster')),
    ...namespacedKinds.map(make('Namespaced')),
  ];
}

/**
 * The definitions of a group: names and scope only. Any field is kept as it was sent, so what a test sees is the doing of
 * the program under test and never that of a schema.
 */
export function customResourceDefinitions(group: CalicoGroup): readonly CustomResourceDefinition[] {
  const { name, version } = groups[group];
  return customKinds(group).map(({ kind, plural, scope, hasStatus }) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${name}` },
    spec: {
      group: name,
      scope,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      preserveUnknownFields: false,
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          ...(hasStatus && { subresources: { status: {} } }),
        },
      ],
    },
  }));
}

function pluralOf(kind: string): string {
  const singular = kind.toLowerCase();
  if (singular.endsWith('y')) return `${singular.slice(0, -1)}ies`;
  return singular.endsWith('s') ? `${singular}es` : `${singular}s`;
}
