/** The struct tags with which the Go client validates single fields (libcalico-go `validator/v3`; Calico's API reference names the formats). */
import { parseCIDR, parseCidrOrIp } from '../net/cidr.ts';
import { parseIP } from '../net/ip.ts';
import { isMAC } from '../net/mac.ts';
import { isValidSelector } from '../selectors/index.ts';
import { checkLabels, isDnsSubdomain } from './metadata.ts';
import { isPortName } from './scalars/port.ts';
import type { Json, JsonObject } from './schema.ts';
import { isJsonObject } from './schema.ts';

type Check = (value: Json, parameter: string) => boolean;
const onText =
  (test: (text: string) => boolean): Check =>
  (value) =>
    typeof value === 'string' && test(value);

const CONTAINER_ID = /^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/;
const INTERFACE = /^[a-zA-Z0-9_.-]{1,15}$/;
const INTERFACE_PATTERN = /^[a-zA-Z0-9_.*-]{1,15}$/;

/** Whether a text is an IP of the version; an IPv4-mapped IPv6 address counts as IPv4. */
export function isIP(text: string, version?: 4 | 6): boolean {
  const ip = parseIP(text);
  return ip !== undefined && (version === undefined || ip.version === version);
}

function isNet(text: string, version?: 4 | 6): boolean {
  if (text === '') return true;
  const cidr = parseCIDR(text);
  if (cidr === undefined) return isIP(text, version);
  return cidr.ip.value === cidr.network.value && (version === undefined || cidr.network.version === version);
}

function isCidr(text: string, version?: 4 | 6): boolean {
  const cidr = parseCidrOrIp(text);
  return cidr !== undefined && (version === undefined || cidr.ip.version === version);
}

/** `<ip>`, `<ipv4>:<port>` or `[<ipv6>]:<port>`. */
export function splitAddressPort(
  text: string,
): { readonly address: string; readonly port: string | undefined } | undefined {
  if (isIP(text)) return { address: text, port: undefined };
  const bracketed = /^\[([^\]]*)\]:(\d+)$/.exec(text);
  const plain = /^([^:]*):(\d+)$/.exec(text);
  const [, address = '', port = ''] = bracketed ?? plain ?? [];
  const version = bracketed ? 6 : 4;
  const number = Number(port);
  const ip = parseIP(address);
  if (ip === undefined || (version === 4 ? !isIP(address, 4) || address.includes(':') : !address.includes(':')))
    return undefined;
  return number >= 1 && number <= 65535 ? { address, port } : undefined;
}

function isWireguardKey(text: string): boolean {
  if (!/^[A-Za-z0-9+/]{43}=$/.test(text)) return false;
  return atob(text).length === 32;
}

function areLabels(value: JsonObject): boolean {
  const labels = Object.entries(value).map(([key, label]) => [key, typeof label === 'string' ? label : ''] as const);
  return checkLabels(Object.fromEntries(labels)).length === 0;
}

const CHECKS: Readonly<Record<string, Check>> = {
  net: onText((text) => isNet(text)),
  netv4: onText((text) => isNet(text, 4)),
  netv6: onText((text) => isNet(text, 6)),
  cidr: onText((text) => isCidr(text)),
  cidrv4: onText((text) => isCidr(text, 4)),
  cidrv6: onText((text) => isCidr(text, 6)),
  cidrs: (value) =>
    Array.isArray(value) && value.every((item: Json) => typeof item === 'string' && (item === '' || isCidr(item))),
  ip: onText((text) => isIP(text)),
  ipv4: onText((text) => isIP(text, 4)),
  ipv6: onText((text) => isIP(text, 6)),
  'IP:port': onText((text) => splitAddressPort(text) !== undefined),
  reachableBy: onText((text) => isIP(text)),
  mac: onText(isMAC),
  name: onText(isDnsSubdomain),
  selector: onText(isValidSelector),
  labels: (value) => isJsonObject(value) && areLabels(value),
  createDefaultHostEndpoint: onText((text) => text === 'Enabled' || text === 'Disabled'),
  interface: onText((text) => text === '*' || INTERFACE.test(text)),
  ignoredInterface: onText((text) => text !== '*' && INTERFACE_PATTERN.test(text)),
  bgpFilterInterface: onText((text) => text === '*' || INTERFACE_PATTERN.test(text)),
  bgpFilterPrefixLengthV4: (value) => typeof value === 'number' && value >= 0 && value <= 32,
  bgpFilterPrefixLengthV6: (value) => typeof value === 'number' && value >= 0 && value <= 128,
  containerID: onText((text) => CONTAINER_ID.test(text)),
  portName: onText(isPortName),
  wireguardPublicKey: onText(isWireguardKey),
  ipType: onText((text) => ['CalicoNodeIP', 'InternalIP', 'ExternalIP'].includes(text)),
  unique: (value) => Array.isArray(value) && new Set<Json>(value).size === value.length,
  oneof: (value, parameter) => typeof value === 'string' && parameter.split(' ').includes(value),
  gt: (value, parameter) => Number(value) > Number(parameter),
  lt: (value, parameter) => Number(value) < Number(parameter),
  gte: (value, parameter) => Number(value) >= Number(parameter),
  lte: (value, parameter) => Number(value) <= Number(parameter),
};

/** Whether a value that is present satisfies a tag such as `net` or `gte=1`. @throws {TypeError} for a tag that does not exist */
export function satisfiesTag(tag: string, value: Json): boolean {
  const [name = '', parameter = ''] = tag.split('=');
  const check = CHECKS[name];
  if (check === undefined) throw new TypeError(`no such tag: ${tag}`);
  return check(value, parameter);
}

/** What the Go client says when a field does not satisfy a tag; the blank at the end is its own. */
export function tagReason(field: string, tag: string): string {
  return `Reason: failed to validate Field: ${field} because of Tag: ${tag} `;
}
