/** How traffic between nodes is carried. Public source: Calico's documentation, "Overlay networking" and its API reference, "IP pool". */

/** When a pool's traffic is encapsulated: never, between any two nodes, or between nodes of different subnets. */
export const MODES = ['Always', 'CrossSubnet', 'Never'] as const;
export type Mode = (typeof MODES)[number];

/** The modes of a pool; at most one of them is not `Never`. */
export interface Modes {
  readonly ipipMode: Mode;
  readonly vxlanMode: Mode;
}

export type Encapsulation = 'IPIP' | 'VXLAN';
/** What happens to a packet between two nodes. */
export type Path = Encapsulation | 'direct';
/** Where the other node's address is, seen from the network of the sending one. */
export type Where = 'same' | 'across';

/** The modes that a pool's spec means: what is absent or not known is `Never`, as Felix takes it. */
export function modesOf(spec: Readonly<Record<string, unknown>>): Modes {
  const mode = (value: unknown): Mode => MODES.find((known) => known === value) ?? 'Never';
  return { ipipMode: mode(spec['ipipMode']), vxlanMode: mode(spec['vxlanMode']) };
}

export function sameModes(a: Modes, b: Modes): boolean {
  return a.ipipMode === b.ipipMode && a.vxlanMode === b.vxlanMode;
}

/** The encapsulation that a pool uses, if any. */
export function encapsulationOf({ ipipMode, vxlanMode }: Modes): Encapsulation | undefined {
  if (vxlanMode !== 'Never') return 'VXLAN';
  return ipipMode === 'Never' ? undefined : 'IPIP';
}

/** How a packet travels to an address of the pool. */
export function pathOf(modes: Modes, where: Where): Path {
  const encapsulation = encapsulationOf(modes);
  if (encapsulation === undefined) return 'direct';
  const mode = encapsulation === 'IPIP' ? modes.ipipMode : modes.vxlanMode;
  return mode === 'CrossSubnet' && where === 'same' ? 'direct' : encapsulation;
}
