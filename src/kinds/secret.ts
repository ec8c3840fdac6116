import { bool, field, pointer, struct, text } from './schema.ts';

/** A BGP password held in a Kubernetes secret in calico-node's namespace. */
export const bgpPassword = struct('v3.BGPPassword', {
  secretKeyRef: field(
    'SecretKeyRef',
    pointer(
      struct('v1.SecretKeySelector', {
        name: field('Name', text(), { embedded: 'LocalObjectReference' }),
        key: field('Key', text(), { always: true }),
        optional: field('Optional', pointer(bool())),
      }),
    ),
    { doc: 'The secret, and the key in it that holds the password.' },
  ),
});
