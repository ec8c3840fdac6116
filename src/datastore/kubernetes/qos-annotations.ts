/** Limits on a pod's traffic, as annotations ask for them (Calico documentation, "Configure QoS controls"). */
import { parseProtocol } from '../../kinds/scalars/protocol.ts';
import type { Json, JsonObject } from '../../kinds/schema.ts';

type Strings = Readonly<Record<string, string>>;

const PREFIX = 'qos.projectcalico.org/';
const LIMITS = [
  'ingressBandwidth',
  'egressBandwidth',
  'ingressBurst',
  'egressBurst',
  'ingressPeakrate',
  'egressPeakrate',
  'ingressMinburst',
  'egressMinburst',
  'ingressPacketRate',
  'egressPacketRate',
  'ingressPacketBurst',
  'egressPacketBurst',
  'ingressMaxConnections',
  'egressMaxConnections',
] as const;

/** Annotations of Kubernetes that count where Calico's own are absent. */
const KUBERNETES: Strings = {
  ingressBandwidth: 'kubernetes.io/ingress-bandwidth',
  egressBandwidth: 'kubernetes.io/egress-bandwidth',
};

/** The limits, or undefined when there is none. What cannot be read is left out. */
export function qosControls(annotations: Strings): JsonObject | undefined {
  const controls: { [key: string]: Json } = {};
  for (const limit of LIMITS) {
    const text = annotations[`${PREFIX}${limit}`] ?? annotations[KUBERNETES[limit] ?? ''];
    const value = text === undefined ? undefined : parseQuantity(text);
    if (value !== undefined) controls[limit] = value;
  }
  const { [`${PREFIX}dscp`]: dscp } = annotations;
  if (dscp !== undefined) controls['dscp'] = parseProtocol(dscp);
  return Object.keys(controls).length === 0 ? undefined : controls;
}

const QUANTITY =
  /^(?<sign>[-+]?)(?<whole>\d*)(?:\.(?<fraction>\d*))?(?:(?<unit>[numkMGTPE]|[KMGTPE]i)|[eE](?<power>[-+]?\d{1,2}))?$/;
const POWERS: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

/** A Kubernetes quantity (`10M`, `1.5Gi`, `1e6`) as an integer, rounded up; undefined when it is none. */
export function parseQuantity(text: string): number | bigint | undefined {
  const { sign = '', whole = '', fraction = '', unit = '', power = '0' } = QUANTITY.exec(text)?.groups ?? {};
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(`${whole}${fraction}`);
  const binary = unit.endsWith('i') ? 1024n ** BigInt('KMGTPE'.indexOf(unit.charAt(0)) + 1) : 1n;
  const decimal = (POWERS[unit] ?? 0) + Number(power) - fraction.length;
  const scaled = digits * binary * 10n ** BigInt(Math.max(decimal, 0));
  const divisor = 10n ** BigInt(Math.max(-decimal, 0));
  const size = sign === '-' ? -(scaled / divisor) : (scaled + divisor - 1n) / divisor;
  return Number.isSafeInteger(Number(size)) ? Number(size) : size;
}
