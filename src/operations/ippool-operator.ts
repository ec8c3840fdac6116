/**
 * Whether Calico's operator will set a pool back. Public source: Calico's documentation, "Installation API reference": the operator keeps the pools of
 * `spec.calicoNetwork.ipPools` as they are written there, and labels them as its own.
 */
import { isJsonObject } from '../kinds/schema.ts';
import type { Json, JsonObject } from '../kinds/schema.ts';
import type { Resource } from '../kinds/resource.ts';
import { encapsulationOf } from '../overlay/modes.ts';
import type { Modes } from '../overlay/modes.ts';

/** What the operator has to do with a pool. */
export interface PoolOperator {
  /**
   * `none`: there is no operator; `unknown`: its Installation may not be read, and the pool does not say; `elsewhere`: it does not manage this
   * pool; `agrees`: it wants the pool to be so; `reverts`: it will set the pool back.
   */
  readonly state: 'none' | 'unknown' | 'elsewhere' | 'agrees' | 'reverts';
  /** what to edit in the Installation so that the operator does it, and does not undo it; '' where nothing has to be */
  readonly field: string;
  /** what is written there now; '' when nothing is */
  readonly written: string;
  /** what has to be written there */
  readonly wanted: string;
}

const LABEL = 'app.kubernetes.io/managed-by';
const POOLS = 'spec.calicoNetwork.ipPools';

export function poolOperator(
  pool: Resource,
  after: Modes,
  installation: JsonObject | 'none' | undefined,
): PoolOperator {
  const cidr = typeof pool.spec['cidr'] === 'string' ? pool.spec['cidr'] : '';
  const own = pool.metadata.labels?.[LABEL] === 'tigera-operator';
  const wanted = encapsulationName(after);
  const nothing = { field: '', written: '', wanted: '' };
  const bare: PoolOperator = { state: 'reverts', field: `${POOLS}[].encapsulation`, written: '', wanted };
  if (installation === 'none') return { state: 'none', ...nothing };
  if (installation === undefined) return own ? bare : { state: 'unknown', ...nothing };
  const listed = poolsOf(installation);
  const index = listed.findIndex((item) => isJsonObject(item) && item['cidr'] === cidr);
  const item = listed[index];
  if (!isJsonObject(item)) return own ? bare : { state: 'elsewhere', ...nothing };
  const written = typeof item['encapsulation'] === 'string' ? item['encapsulation'] : '';
  // What the operator takes where nothing is written.
  const meant = written === '' ? (cidr.includes(':') ? 'None' : 'IPIP') : written;
  const field = `${POOLS}[${index}].encapsulation`;
  return { state: meant === wanted ? 'agrees' : 'reverts', field, written, wanted };
}

/** Whether the operator was told to run no BGP. */
export function bgpDisabled(installation: JsonObject | 'none' | undefined): boolean {
  return typeof installation === 'object' && networkOf(installation)['bgp'] === 'Disabled';
}

function poolsOf(installation: JsonObject): readonly Json[] {
  const { ipPools } = networkOf(installation);
  const listed: readonly Json[] = Array.isArray(ipPools) ? ipPools : [];
  return listed;
}

function networkOf({ spec }: JsonObject): JsonObject {
  const network = isJsonObject(spec) ? spec['calicoNetwork'] : undefined;
  return isJsonObject(network) ? network : {};
}

/** The modes in the words of the Installation. */
function encapsulationName(modes: Modes): string {
  const encapsulation = encapsulationOf(modes);
  if (encapsulation === undefined) return 'None';
  const mode = encapsulation === 'IPIP' ? modes.ipipMode : modes.vxlanMode;
  return mode === 'CrossSubnet' ? `${encapsulation}CrossSubnet` : encapsulation;
}
