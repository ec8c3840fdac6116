/**
 * What JSON Schema can say of the struct tags in `tags.ts`. The formats are written as patterns, because editors check those and few of the
 * names that JSON Schema has for formats; `patternErrorMessage` is what VS Code's language servers show instead of a pattern. What a pattern
 * cannot say (that a network has no host bits) is left to `validate`.
 */
import type { JsonObject } from './schema.ts';

const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const V4 = `(?:${OCTET}\\.){3}${OCTET}`;
/** IPv4-mapped addresses count as IPv4. */
const ANY_V4 = `(?:::[Ff]{4}:)?${V4}`;
const GROUP = '[0-9A-Fa-f]{1,4}';
const V6 = [
  `(?:(?:${GROUP}:){7}${GROUP}`,
  `(?:${GROUP}:){6}${V4}`,
  `(?=[0-9A-Fa-f:]*::)(?:(?:${GROUP})?:){2,8}(?:${GROUP}|${V4})?)`,
].join('|');
const LENGTH4 = '/(?:3[0-2]|[12]?[0-9])';
const LENGTH6 = '/(?:12[0-8]|1[01][0-9]|[1-9]?[0-9])';
const PORT = ':[0-9]{1,5}';
const SUBDOMAIN = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*';
const LABEL_NAME = '[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';

/** The whole text is one of the alternatives. What is wanted is shown by editors instead of the pattern. */
const whole = (wanted: string, ...alternatives: readonly string[]) => ({
  pattern: `^(?:${alternatives.join('|')})$`,
  patternErrorMessage: `Expected ${wanted}.`,
});

const NAME = 'a name of lower case letters, digits, "-" and "."';
const INTERFACES = 'an interface name of at most 15 characters, in which * stands for any';

/** The OpenAPI format `cidr`. */
export const CIDR_FORMAT: JsonObject = whole('a network such as 10.0.0.0/16', V4 + LENGTH4, V6 + LENGTH6);

const IPV4 = 'an IPv4 address such as 10.0.0.1';

/** An address of one IP version; IPv4-mapped addresses are of neither. */
export const ADDRESS_FORMATS: Readonly<Record<4 | 6, JsonObject>> = {
  4: whole(IPV4, V4),
  6: whole('an IPv6 address such as fd00::1', `(?!::[Ff]{4}:(?:${V4}|${GROUP}:${GROUP})$)${V6}`),
};

/** A DNS subdomain, which most names of objects have to be. */
export const NAME_FORMAT: JsonObject = { ...whole(NAME, SUBDOMAIN), maxLength: 253 };

/** Keys of labels and annotations: an optional DNS subdomain, which annotations may write with capitals, and a name. */
const KEY = `(?:${SUBDOMAIN.replaceAll('a-z', 'A-Za-z')}/)?${LABEL_NAME}`;

/** Labels of an object, by key. */
export const LABELS_FORMAT: JsonObject = {
  propertyNames: whole('a label such as example.com/role', KEY),
  additionalProperties: { type: 'string', ...whole('a label value of at most 63 characters', `(?:${LABEL_NAME})?`) },
};

/** Annotations of an object, by key. */
export const ANNOTATIONS_FORMAT: JsonObject = { propertyNames: whole('a key such as example.com/role', KEY) };

/** A selector ends in a string, a set, a call or a group: whoever stops after an operator has not finished it. */
const SELECTOR = whole("a selector such as role == 'db'", '\\s*', `[\\s\\S]*[)}'"]\\s*`);

const NETWORK_OR_ADDRESS = whole(
  'a network such as 10.0.0.0/16, or an address',
  `${V4}(?:${LENGTH4})?`,
  `${V6}(?:${LENGTH6})?`,
);
const ADDRESS = whole('an IP address', V4, V6);

const bound =
  (keyword: string) =>
  (parameter: string): JsonObject => ({ [keyword]: Number(parameter) });
const words = (parameter: string): JsonObject => ({ enum: parameter.split(' ') });

const SCHEMAS: Readonly<Record<string, JsonObject | ((parameter: string) => JsonObject)>> = {
  net: NETWORK_OR_ADDRESS,
  netv4: whole('an IPv4 network such as 10.0.0.0/16', `${V4}${LENGTH4}`, ANY_V4),
  netv6: whole('an IPv6 network such as fd00::/64', `${V6}(?:${LENGTH6})?`),
  cidr: NETWORK_OR_ADDRESS,
  cidrv4: whole('an IPv4 address with its prefix length such as 10.0.0.1/24', `${V4}${LENGTH4}`, ANY_V4),
  cidrv6: whole('an IPv6 address with its prefix length such as fd00::1/64', `${V6}(?:${LENGTH6})?`),
  cidrs: { items: { ...NETWORK_OR_ADDRESS, pattern: `${NETWORK_OR_ADDRESS.pattern}|^$` } },
  ip: ADDRESS,
  ipv4: whole(IPV4, ANY_V4),
  ipv6: ADDRESS_FORMATS[6],
  'IP:port': whole('an IP address, 10.0.0.1:1790 or [fd00::1]:1790', `${V4}(?:${PORT})?`, V6, `\\[${V6}\\]${PORT}`),
  reachableBy: ADDRESS,
  mac: whole(
    'a MAC address such as 66:00:00:00:00:01',
    '[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5,19}',
    '[0-9A-Fa-f]{4}(?:\\.[0-9A-Fa-f]{4}){2,9}',
  ),
  name: whole(NAME, SUBDOMAIN),
  selector: SELECTOR,
  labels: LABELS_FORMAT,
  createDefaultHostEndpoint: words('Enabled Disabled'),
  interface: whole('an interface name of at most 15 characters, or *', '\\*', '[a-zA-Z0-9_.-]{1,15}'),
  ignoredInterface: { ...whole(INTERFACES, '[a-zA-Z0-9_.*-]{1,15}'), not: { const: '*' } },
  bgpFilterInterface: whole(INTERFACES, '[a-zA-Z0-9_.*-]{1,15}'),
  bgpFilterPrefixLengthV4: { minimum: 0, maximum: 32 },
  bgpFilterPrefixLengthV6: { minimum: 0, maximum: 128 },
  containerID: whole('a container ID', '[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?'),
  portName: { ...whole('a port name such as http', '(?=.*[a-z])[a-z0-9](?:-?[a-z0-9])*'), maxLength: 15 },
  wireguardPublicKey: whole('32 bytes in base64', '[A-Za-z0-9+/]{43}='),
  ipType: words('CalicoNodeIP InternalIP ExternalIP'),
  unique: { uniqueItems: true },
  oneof: words,
  gt: bound('exclusiveMinimum'),
  lt: bound('exclusiveMaximum'),
  gte: bound('minimum'),
  lte: bound('maximum'),
  // Which fields are required is seen from what the checks say about a struct without them.
  required: {},
};

/** The JSON Schema of values that satisfy a tag such as `net` or `gte=1`. @throws {TypeError} for a tag that does not exist */
export function tagSchema(tag: string): JsonObject {
  const [name = '', parameter = ''] = tag.split('=');
  const schema = SCHEMAS[name];
  if (schema === undefined) throw new TypeError(`no such tag: ${tag}`);
  return typeof schema === 'function' ? schema(parameter) : schema;
}
