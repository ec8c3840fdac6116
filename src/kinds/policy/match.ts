/** What a rule of a policy matches. Rules: Calico's API reference, "Network policy", and the CRDs. */
import { having, present, when, where, without, withoutGlobal } from '../constraints.ts';
import { checkAnnotations } from '../metadata.ts';
import { portSchema } from '../scalars/codecs.ts';
import type { JsonObject, Report, Rule, StructSchema } from '../schema.ts';
import { field, int, list, map, pointer, struct, text, typed } from '../schema.ts';

const selector = (go: string, doc: string) => field(go, text({ maxLength: 1024 }), { tags: ['selector'], doc });
const isSet = (value: string | readonly unknown[] | undefined): boolean => value !== undefined && value.length > 0;

const icmpShape = struct('v3.ICMPFields', {
  type: field('Type', pointer(int('int', { min: 0, max: 254 })), {
    tags: ['gte=0', 'lte=254'],
    doc: 'ICMP type; all types when unset.',
  }),
  code: field('Code', pointer(int('int', { min: 0, max: 255 })), {
    tags: ['gte=0', 'lte=255'],
    doc: 'ICMP code; needs a type.',
  }),
});

/** ICMP type and code. */
export const icmpFields = {
  ...icmpShape,
  rules: [
    {
      message: 'ICMP code specified without an ICMP type',
      jsonSchema: when(present('code'), present('type')),
      test(self: JsonObject): boolean {
        const { type, code } = typed(icmpShape, self);
        return code === undefined || type !== undefined;
      },
    },
  ],
} satisfies StructSchema;

/** Paths are those of RFC 3986 §3.3: without query and fragment. */
const HTTP_PATH: JsonObject = { pattern: '^/[^? #]*$' };

const httpShape = struct('v3.HTTPMatch', {
  methods: field('Methods', list(text(), { maxItems: 20 }), { doc: 'HTTP methods, any of which matches.' }),
  paths: field(
    'Paths',
    list(
      struct(
        'v3.HTTPPath',
        {
          exact: field('Exact', text({ maxLength: 1024 }), { doc: 'The whole path.' }),
          prefix: field('Prefix', text({ maxLength: 1024 }), { doc: 'The beginning of the path.' }),
        },
        { constraints: [{ oneOf: [having('exact', HTTP_PATH), having('prefix', HTTP_PATH)] }] },
      ),
      { maxItems: 20 },
    ),
    { doc: 'Paths, any of which matches.' },
  ),
});

/** A match on HTTP requests, which a service mesh enforces. */
export const httpMatch = {
  ...httpShape,
  check(value: JsonObject, report: Report, path: string) {
    const { methods = [], paths = [] } = typed(httpShape, value);
    const seen = new Set<string>();
    const repeated = methods.find((method) => seen.size === seen.add(method).size);
    if (repeated !== undefined) {
      const reason = `Invalid methods (duplicate): ${repeated}`;
      report({ name: 'Methods', value: `[${methods.join(' ')}]`, reason, path: `${path}.methods` });
    }
    const wrong = paths.findIndex((match) => pathProblem(match) !== undefined);
    const reason = pathProblem(paths[wrong] ?? { exact: '/' });
    if (reason === undefined) return;
    const shown = paths.map(({ exact = '', prefix = '' }) => `{${exact} ${prefix}}`).join(' ');
    report({ name: 'Paths', value: `[${shown}]`, reason, path: `${path}.paths[${wrong}]` });
  },
} satisfies StructSchema;

/** Paths are those of RFC 3986 §3.3: without query and fragment. */
function pathProblem({ exact = '', prefix = '' }: { readonly exact?: string; readonly prefix?: string }) {
  if (exact !== '' && prefix !== '') return "Invalid path match. Both 'exact' and 'prefix' are set";
  const path = exact === '' ? prefix : exact;
  if (path === '') return "Invalid path match. Either 'exact' or 'prefix' must be set";
  if (path.startsWith('/') && !/[? #]/.test(path)) return undefined;
  return `Invalid path ${path}. (must start with \`/\` and not contain \`?\` or \`#\``;
}

const metadataShape = struct('v3.RuleMetadata', {
  annotations: field('Annotations', map(text()), { doc: 'Notes on the rule; they do not match anything.' }),
});

/** What people and tools write down about a rule. */
export const ruleMetadata = {
  ...metadataShape,
  check(value: JsonObject, report: Report, path: string) {
    for (const problem of checkAnnotations(typed(metadataShape, value).annotations ?? {}))
      report({ ...problem, path: `${path}.annotations` });
  },
} satisfies StructSchema;

const ports = (go: string, doc: string) => field(go, list(portSchema(), { maxItems: 50, dive: true }), { doc });
const nets = (go: string, doc: string) => field(go, list(text(), { maxItems: 256, itemTags: ['net'] }), { doc });

const entityShape = struct('v3.EntityRule', {
  nets: nets('Nets', 'Networks in CIDR notation, any of which matches.'),
  selector: selector('Selector', 'Endpoints by their labels.'),
  namespaceSelector: selector(
    'NamespaceSelector',
    'Endpoints by their namespace’s labels; global() for those of none.',
  ),
  services: field(
    'Services',
    pointer(
      struct('v3.ServiceMatch', {
        name: field('Name', text({ maxLength: 253 }), { tags: ['name'], doc: 'Name of the Service.' }),
        namespace: field('Namespace', text({ maxLength: 253 }), {
          tags: ['name'],
          doc: 'Namespace of the Service; the policy’s own when unset.',
        }),
      }),
    ),
    { doc: 'Endpoints of a Kubernetes Service.' },
  ),
  ports: ports('Ports', 'Ports, ranges `first:last` or names, any of which matches.'),
  notNets: nets('NotNets', 'Networks that do not match.'),
  notSelector: selector('NotSelector', 'Endpoints that do not match, by their labels.'),
  notPorts: ports('NotPorts', 'Ports that do not match.'),
  serviceAccounts: field(
    'ServiceAccounts',
    pointer(
      struct('v3.ServiceAccountMatch', {
        names: field('Names', list(text()), { doc: 'Names of service accounts, any of which matches.' }),
        selector: field('Selector', text(), { tags: ['selector'], doc: 'Service accounts by their labels.' }),
      }),
    ),
    { doc: 'Endpoints by the service account they run as.' },
  ),
});
const as = (self: JsonObject) => typed(entityShape, self);

/** A rule that holds whenever no services are named. */
const withServices = (
  message: string,
  forbidden: readonly string[],
  broken: (self: ReturnType<typeof as>) => boolean,
): Rule => ({
  message,
  reason: 'Forbidden',
  jsonSchema: when(present('services'), without(...forbidden)),
  test: (self) => as(self).services === undefined || !broken(as(self)),
});

/** One side of a rule: where traffic comes from, or goes to. Everything given must match. */
export const entityRule = {
  ...entityShape,
  rules: [
    {
      message: 'global() can only be used in an EntityRule namespaceSelector',
      jsonSchema: withoutGlobal('selector'),
      test: (self: JsonObject) => !(as(self).selector ?? '').includes('global('),
    },
    withServices(
      'cannot specify NamespaceSelector and Services on the same rule',
      ['namespaceSelector'],
      ({ namespaceSelector }) => isSet(namespaceSelector),
    ),
    withServices(
      'cannot specify ServiceAccounts and Services on the same rule',
      ['serviceAccounts'],
      ({ serviceAccounts }) => serviceAccounts !== undefined,
    ),
    {
      message: 'services must specify a service name',
      reason: 'Required',
      jsonSchema: where('services', present('name')),
      test(self: JsonObject) {
        const { services } = as(self);
        // An empty name is left out of the object, and CEL cannot measure what is not there.
        return services === undefined || services.name !== undefined || 'no such key: name';
      },
    },
    withServices(
      'cannot specify Selector/NotSelector and Services on the same rule',
      ['selector', 'notSelector'],
      (self) => isSet(self.selector) || isSet(self.notSelector),
    ),
    withServices(
      'cannot specify Nets/NotNets and Services on the same rule',
      ['nets', 'notNets'],
      (self) => isSet(self.nets) || isSet(self.notNets),
    ),
  ],
} satisfies StructSchema;
