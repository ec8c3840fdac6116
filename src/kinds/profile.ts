/** Profile: labels and rules that endpoints inherit. On Kubernetes it is a view of namespaces and service accounts. */
import type { Kind } from './kind.ts';
import { rule } from './policy/rule.ts';
import { API_VERSION } from './resource.ts';
import type { Resource } from './resource.ts';
import { field, list, map, struct, text, typed } from './schema.ts';

const spec = struct('v3.ProfileSpec', {
  ingress: field('Ingress', list(rule, { dive: true }), {
    doc: 'Rules for traffic to endpoints that no policy selects, in order.',
  }),
  egress: field('Egress', list(rule, { dive: true }), {
    doc: 'Rules for traffic from endpoints that no policy selects, in order.',
  }),
  labelsToApply: field('LabelsToApply', map(text()), {
    tags: ['labels'],
    doc: 'Labels that every endpoint of the profile gets.',
  }),
});

/** The profile of endpoints that are to be open. It exists in every datastore and is stored in none. */
export const DEFAULT_ALLOW: Resource = {
  kind: 'Profile',
  apiVersion: API_VERSION,
  metadata: { name: 'projectcalico-default-allow', resourceVersion: '1' },
  spec: { ingress: [{ action: 'Allow' }], egress: [{ action: 'Allow' }] },
};

export const profile: Kind = {
  name: 'Profile',
  plural: 'profiles',
  goPlural: 'Profiles',
  pkg: 'v3',
  aliases: ['profile', 'profiles', 'pro', 'pros'],
  scope: 'cluster',
  summary: 'Labels and rules that endpoints inherit.',
  crd: false,
  spec,
  builtIn: [DEFAULT_ALLOW],
  kubernetesView: {
    of: 'namespaces and service accounts',
    refuses: ['create', 'apply', 'replace', 'patch', 'label', 'delete'],
  },
  columns: {
    narrow: ['NAME'],
    wide: ['NAME', 'LABELS'],
    cells: {
      NAME: ({ metadata }) => metadata.name ?? '',
      LABELS: ({ spec: self }) =>
        Object.entries(typed(spec, self).labelsToApply ?? {})
          .map(([key, value]) => `${key}=${value}`)
          .sort()
          .join(','),
    },
  },
};
