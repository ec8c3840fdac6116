/** The text of BIRD's configuration for one daemon of the fabric, with what Calico's confd sets there. */
import type { ClusterNode, Version } from './cluster.ts';
import type { Protocol } from './protocols.ts';

/** Where the daemon of a node and family runs, and what it adds to the datastore's contents. */
export interface Place {
  readonly version: Version;
  /** the daemon's address on this machine */
  readonly address: string;
  /** prefixes that the node announces */
  readonly routes: readonly string[];
  /** options for all sessions that Calico does not write */
  readonly more: string;
}

export interface RenderOptions {
  /** seconds between attempts, as short as BIRD takes them */
  readonly quick: boolean;
  /** the port of this machine that stands for one of Calico's */
  readonly portOf: (port: number) => number;
  /** texts of passwords by `name/key` of their secrets; without one a session has none */
  readonly passwords: ReadonlyMap<string, string>;
}

const BGP_PORT = 179;

/** The file for a node; one without sessions where the datastore has no such node, or none with an address of the family. */
export function renderConfig(
  place: Place,
  node: ClusterNode | undefined,
  protocols: readonly Protocol[],
  options: RenderOptions,
): string {
  if (node === undefined || node.address[place.version] === '') return emptyConfig(place, options);
  const times = options.quick ? { retry: 1, error: '1, 2' } : { retry: 5, error: '5, 30' };
  return `${head(place, node.address[4], node.port, options)}
template bgp calico {
  multihop;
  gateway recursive;
  import all;
  export all;
  add paths on;
  graceful restart;
  connect retry time ${times.retry};
  error wait time ${times.error};
  ${place.more}
}
${protocols.map((protocol) => renderProtocol(place, protocol, options)).join('')}`;
}

/** What a daemon runs with before anything is known: its routes, no session. */
export function emptyConfig(place: Place, options: RenderOptions): string {
  return head(place, place.version === 4 ? place.address : '127.0.0.1', 0, options);
}

function head({ version, address, routes }: Place, routerId: string, port: number, options: RenderOptions): string {
  // The tests do not wait as long for neighbours that a restarted daemon knew.
  const wait = options.quick ? 'graceful restart wait 10;\n' : '';
  return `log stderr all;
router id ${routerId};
listen bgp address ${address} port ${options.portOf(port || BGP_PORT)};
${wait}protocol device {
}
protocol static announced {
${routes
  .filter((route) => route.includes(':') === (version === 6))
  .map((route) => `  route ${route} blackhole;\n`)
  .join('')}}
`;
}

/**
 * Seconds before a call. BIRD spreads such times by a quarter, which is nothing of the shortest, one second: two ends that both call would call
 * at the same moment again and again, and each would refuse the other's call. So one of them waits for the other.
 */
function delayOf(place: Place, { neighbor }: Protocol, quick: boolean): number {
  if (!quick) return 2;
  return neighbor > place.address ? 2 : 1;
}

function renderProtocol(place: Place, protocol: Protocol, options: RenderOptions): string {
  const { portOf, passwords, quick } = options;
  const { name, neighbor, port, as, localAs, rrClusterId, nextHop, restartTime, keepalive, ttl, allowLocalAs } =
    protocol;
  const password = protocol.password === undefined ? undefined : passwords.get(protocol.password);
  const lines = [
    `local as ${localAs}`,
    `neighbor ${neighbor} port ${portOf(port ?? BGP_PORT)} as ${as}`,
    ttl === undefined ? 'ttl security off; multihop' : `ttl security on; multihop ${ttl}`,
    `connect delay time ${delayOf(place, protocol, quick)}`,
    // Written even where Calico leaves the choice to the kernel: all daemons share a machine, and it would choose another one's.
    `source address ${protocol.source ?? place.address}`,
    ...(protocol.passive ? ['passive on'] : []),
    ...(rrClusterId === undefined ? [] : ['rr client', `rr cluster id ${rrClusterId}`]),
    ...(nextHop === undefined ? [] : [`next hop ${nextHop}`]),
    ...(password === undefined ? [] : [`password "${password}"`]),
    ...(restartTime === undefined ? [] : [`graceful restart time ${restartTime}`]),
    ...(keepalive === undefined ? [] : [`keepalive time ${keepalive}`]),
    ...(allowLocalAs === undefined ? [] : [`allow local as ${allowLocalAs}`]),
  ];
  return `protocol bgp ${name} from calico {\n${lines.map((line) => `  ${line};\n`).join('')}}\n`;
}
