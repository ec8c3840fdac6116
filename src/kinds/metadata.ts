/** ObjectMeta: its schema, and the checks of names, labels and annotations that every kind shares. */
import { formatTimestamp } from './scalars/time.ts';
import type { Metadata, Resource } from './resource.ts';
import type { Codec, FieldProblem, Json, JsonObject, StructSchema } from './schema.ts';
import { bytewise, CodecError, field, int, list, map, pointer, raw, struct, text } from './schema.ts';

const time: Codec = {
  expects: 'string',
  zero: null,
  jsonSchema: { type: ['string', 'null'], format: 'date-time' },
  decode(input) {
    if (input.type === 'null') return '';
    if (input.type !== 'string') {
      const got = { bool: 'bool', int: 'number', float: 'number', list: 'array', map: 'object' }[input.type];
      throw new CodecError('', { got, want: 'string' });
    }
    const formatted = formatTimestamp(input.text);
    if (formatted === undefined)
      throw new CodecError(
        `parsing time "${input.text}" as "2006-01-02T15:04:05Z07:00": cannot parse "${input.text}" as "2006"`,
      );
    return formatted;
  },
};

/** metav1.Time: RFC 3339 in, UTC with seconds out. */
export const timeSchema = { type: 'codec', go: 'v1.Time', codec: time, print: printTime } as const;

/** As Go's `Time.String` writes a time in UTC. */
function printTime(value: Json | undefined): string {
  const shown = typeof value === 'string' && value !== '' ? value : '0001-01-01T00:00:00Z';
  return `${shown.slice(0, 10)} ${shown.slice(11, 19)} +0000 UTC`;
}

export const objectMeta: StructSchema = struct('v1.ObjectMeta', {
  name: field('Name', text(), { doc: 'Name of the object: lower case letters, digits, `-` and `.`.' }),
  generateName: field('GenerateName', text()),
  namespace: field('Namespace', text(), { doc: 'Namespace of the object, for kinds that have one.' }),
  selfLink: field('SelfLink', text()),
  uid: field('UID', text({ go: 'types.UID' }), { doc: 'Identity of the object; set by the datastore.' }),
  resourceVersion: field('ResourceVersion', text(), {
    doc: 'Revision that was read: a write with it is refused when the object has changed since.',
  }),
  generation: field('Generation', int('int64')),
  creationTimestamp: field('CreationTimestamp', timeSchema, { doc: 'When the object was made; set by the datastore.' }),
  deletionTimestamp: field('DeletionTimestamp', pointer(timeSchema)),
  deletionGracePeriodSeconds: field('DeletionGracePeriodSeconds', pointer(int('int64'))),
  labels: field('Labels', map(text()), { doc: 'Labels, by which selectors find the object.' }),
  annotations: field('Annotations', map(text()), { doc: 'Notes on the object, for people and programs.' }),
  ownerReferences: field(
    'OwnerReferences',
    list(
      struct('v1.OwnerReference', {
        apiVersion: field('APIVersion', text(), { always: true }),
        kind: field('Kind', text(), { always: true }),
        name: field('Name', text(), { always: true }),
        uid: field('UID', text({ go: 'types.UID' }), { always: true }),
        controller: field('Controller', pointer({ type: 'bool', go: 'bool' })),
        blockOwnerDeletion: field('BlockOwnerDeletion', pointer({ type: 'bool', go: 'bool' })),
      }),
    ),
  ),
  finalizers: field('Finalizers', list(text())),
  managedFields: field(
    'ManagedFields',
    list(
      struct('v1.ManagedFieldsEntry', {
        manager: field('Manager', text()),
        operation: field('Operation', text({ go: 'v1.ManagedFieldsOperationType' })),
        apiVersion: field('APIVersion', text()),
        time: field('Time', pointer(timeSchema)),
        fieldsType: field('FieldsType', text()),
        fieldsV1: field('FieldsV1', raw()),
        subresource: field('Subresource', text()),
      }),
    ),
  ),
});

const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const QUALIFIED_NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const MAX_ANNOTATIONS_BYTES = 262144;

const NAME_RULE =
  "name must consist of lower case alphanumeric characters, '-' or '.' (regex: [a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)";
const LABEL_NAME_RULE =
  "name must consist of lower case alphanumeric characters or '-' (regex: [a-z0-9]([-a-z0-9]*[a-z0-9])?)";
const QUALIFIED_EXAMPLES =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const PREFIX_RULE =
  "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const encoder = new TextEncoder();
const byteLength = (value: string): number => encoder.encode(value).length;

/** Whether a text is a DNS subdomain as the Go client's `name` tag has it (no limit of length). */
export function isDnsSubdomain(name: string): boolean {
  return DNS_SUBDOMAIN.test(name);
}

function nameProblem(name: string, reason: string): FieldProblem {
  return { name: 'Metadata.Name', value: name, reason, path: 'metadata.name' };
}

/** {@link checkDnsLabelName} as a JSON Schema. */
export const dnsLabelName: JsonObject = { pattern: DNS_LABEL.source, maxLength: 63 };

/** The name rule of Tier: a DNS label of at most 63 characters. */
export function checkDnsLabelName(name: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (byteLength(name) > 63) problems.push(nameProblem(name, `name is too long by ${byteLength(name) - 63} bytes`));
  if (!DNS_LABEL.test(name)) problems.push(nameProblem(name, LABEL_NAME_RULE));
  return problems;
}

/** Reports a name that does not match a kind's own pattern, in the words the Go client uses for policies. */
export function labelNameProblem(name: string): FieldProblem {
  return nameProblem(name, LABEL_NAME_RULE);
}

/** Checks of metadata that every kind shares, in the Go client's order: name, labels, annotations. */
export function checkMetadata(resource: Resource): readonly FieldProblem[] {
  const { name = '', labels = {}, annotations = {} } = resource.metadata;
  const problems: FieldProblem[] = [];
  const tooLong = byteLength(name) - 253;
  if (tooLong > 0) problems.push(nameProblem(name, `name is too long by ${tooLong} bytes`));
  if (!DNS_SUBDOMAIN.test(name)) problems.push(nameProblem(name, NAME_RULE));
  problems.push(...checkAnnotations(annotations));
  problems.push(...checkLabels(labels));
  return problems;
}

/** What is wrong with labels, by key. */
export function checkLabels(labels: NonNullable<Metadata['labels']>): FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const key of Object.keys(labels).sort(bytewise)) {
    const value = labels[key] ?? '';
    const path = `metadata.labels.${key}`;
    for (const reason of keyReasons(key)) problems.push({ name: 'Metadata.Labels (label)', value: key, reason, path });
    if (byteLength(value) > 63)
      problems.push({ name: 'Metadata.Labels (value)', value, reason: 'must be no more than 63 bytes', path });
    if (!LABEL_VALUE.test(value)) problems.push({ name: 'Metadata.Labels (value)', value, reason: VALUE_RULE, path });
  }
  return problems;
}

/** What the Go client says against annotations, of an object or of a policy rule. */
export function checkAnnotations(annotations: NonNullable<Metadata['annotations']>): FieldProblem[] {
  const problems: FieldProblem[] = [];
  let total = 0;
  for (const key of Object.keys(annotations).sort(bytewise)) {
    total += byteLength(key) + byteLength(annotations[key] ?? '');
    const path = `metadata.annotations.${key}`;
    for (const reason of keyReasons(key.toLowerCase()))
      problems.push({ name: 'Metadata.Annotations (key)', value: key, reason, path });
  }
  if (total > MAX_ANNOTATIONS_BYTES) {
    const shown = Object.keys(annotations)
      .sort(bytewise)
      .map((key) => `${key}:${annotations[key] ?? ''}`);
    const reason = `total size of annotations is too large by ${total - MAX_ANNOTATIONS_BYTES} bytes`;
    problems.push({
      name: 'Metadata.Annotations (key)',
      value: `map[${shown.join(' ')}]`,
      reason,
      path: 'metadata.annotations',
    });
  }
  return problems;
}

/** What is wrong with a qualified name (Kubernetes label key syntax). */
function keyReasons(key: string): string[] {
  const parts = key.split('/');
  if (parts.length > 2)
    return [
      `a valid label key ${QUALIFIED_EXAMPLES} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  const reasons: string[] = [];
  const [first = '', second] = parts;
  const name = second ?? first;
  if (second !== undefined) {
    if (first === '') reasons.push('prefix part must be non-empty');
    else {
      if (byteLength(first) > 253) reasons.push('prefix part must be no more than 253 bytes');
      if (!DNS_SUBDOMAIN.test(first)) reasons.push(PREFIX_RULE);
    }
  }
  if (name === '') reasons.push('name part must be non-empty');
  else if (byteLength(name) > 63) reasons.push('name part must be no more than 63 bytes');
  if (!QUALIFIED_NAME.test(name)) reasons.push(`name part ${QUALIFIED_EXAMPLES}`);
  return reasons;
}
