/** The spec of a Kubernetes NetworkPolicy, as far as a staged one holds it. Rules: the Kubernetes API reference, networking.k8s.io/v1. */
import { CodecError, field, int, list, map, pointer, struct, text } from '../schema.ts';
import type { Codec } from '../schema.ts';

/** A selector of Kubernetes objects by their labels. */
export const labelSelector = struct('v1.LabelSelector', {
  matchLabels: field('MatchLabels', map(text()), { doc: 'Labels that the object must have.' }),
  matchExpressions: field(
    'MatchExpressions',
    list(
      struct('v1.LabelSelectorRequirement', {
        key: field('Key', text(), { always: true, required: true, doc: 'The label.' }),
        operator: field('Operator', text({ go: 'v1.LabelSelectorOperator' }), {
          always: true,
          required: true,
          doc: 'In, NotIn, Exists or DoesNotExist.',
        }),
        values: field('Values', list(text()), { doc: 'What the label is compared with.' }),
      }),
    ),
    { doc: 'Conditions that the object’s labels must meet, all of them.' },
  ),
});

const INT32 = 2 ** 31;
const GIVEN = { bool: 'bool', null: 'null', list: 'array', map: 'object' } as const;

/** A number of 32 bits, or any text. */
const intOrString: Codec = {
  expects: 'number',
  zero: 0,
  jsonSchema: { anyOf: [{ type: 'integer' }, { type: 'string' }] },
  decode(input) {
    if (input.type === 'string') return input.text;
    if (input.type !== 'int' && input.type !== 'float')
      throw new CodecError('', { got: GIVEN[input.type], want: 'int32' });
    const number = Number(input.text);
    if (Number.isInteger(number) && number >= -INT32 && number < INT32) return number;
    throw new CodecError('', { got: `number ${input.text}`, want: 'int32' });
  },
};

const ports = field(
  'Ports',
  list(
    struct('v1.NetworkPolicyPort', {
      protocol: field('Protocol', pointer(text({ go: 'v1.Protocol' })), { doc: 'TCP, UDP or SCTP; TCP when unset.' }),
      port: field('Port', pointer({ type: 'codec', go: 'intstr.IntOrString', codec: intOrString }), {
        doc: 'Number or name of the port.',
      }),
      endPort: field('EndPort', pointer(int('int32')), { doc: 'The last port of a range that begins at port.' }),
    }),
  ),
  { doc: 'Ports, any of which matches.' },
);

const peers = list(
  struct('v1.NetworkPolicyPeer', {
    podSelector: field('PodSelector', pointer(labelSelector), { doc: 'Pods by their labels.' }),
    namespaceSelector: field('NamespaceSelector', pointer(labelSelector), { doc: 'Pods by their namespace’s labels.' }),
    ipBlock: field(
      'IPBlock',
      pointer(
        struct('v1.IPBlock', {
          cidr: field('CIDR', text(), { always: true, required: true, doc: 'The network.' }),
          except: field('Except', list(text()), { doc: 'Parts of the network that do not match.' }),
        }),
      ),
      { doc: 'Addresses of a network.' },
    ),
  }),
);

/** Rules for traffic to the selected pods. */
export const ingressRules = list(
  struct('v1.NetworkPolicyIngressRule', {
    ports,
    from: field('From', peers, { doc: 'Where the traffic may come from.' }),
  }),
);

/** Rules for traffic from the selected pods. */
export const egressRules = list(
  struct('v1.NetworkPolicyEgressRule', {
    ports,
    to: field('To', peers, { doc: 'Where the traffic may go.' }),
  }),
);
