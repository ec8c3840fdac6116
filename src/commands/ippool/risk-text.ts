import type { PoolModePlan, PoolOperator, PoolRisk } from '../../operations/ippool-mode.ts';

/** A risk as a sentence, with what to do about it. */
export function riskText(risk: PoolRisk, plan: PoolModePlan): string {
  switch (risk.risk) {
    case 'in-use':
      return `${counted(risk.allocations, 'address', 'addresses')} of the pool ${risk.allocations === 1 ? 'is' : 'are'} in use on ${counted(risk.nodes, 'node')}: connections may break until every node has followed`;
    case 'use-unknown':
      return 'whether addresses of the pool are in use is not known: connections may break until every node has followed';
    case 'reverted':
      return operatorText(risk.operator);
    case 'not-routed': {
      const { pairs, unknown } = risk;
      const which = [
        ...(pairs > 0 ? [`${counted(pairs, 'pair')} of nodes in different subnets`] : []),
        ...(unknown > 0 ? [`${counted(unknown, 'pair')} of nodes without a known subnet`] : []),
      ].join(' and ');
      return `nothing is encapsulated any more: the network between ${which} has to route ${plan.cidr}, or pods (an API server reached through pods too) are cut off`;
    }
    case 'no-bgp':
      return risk.because === 'operator'
        ? `routes of this mode come by BGP, and Installation default has spec.calicoNetwork.bgp Disabled`
        : `routes of this mode come by BGP, and there is no session: the mesh is off and there is no BGPPeer`;
    case 'tunnel-off': {
      const field = risk.encapsulation === 'IPIP' ? 'ipipEnabled' : 'vxlanEnabled';
      return `FelixConfiguration ${some(risk.configurations)} has ${field} false: there nodes make no ${risk.encapsulation} tunnel`;
    }
    case 'mtu-shrinks':
      return `the MTU of pods has to be ${risk.bytes} smaller: pods that run keep theirs until they are restarted, and their large packets may be lost`;
    case 'mtu-larger':
      return `FelixConfiguration default sets ${risk.field} for hosts with an MTU of ${risk.hostMtu}, and the last encapsulation's MTU for hosts with ${risk.before}: large packets may be lost`;
    case 'one-way':
      return `in ${counted(risk.pairs, 'pair')} of nodes only one is in the other's subnet (prefix lengths differ): packets are encapsulated one way and not the other`;
    case 'alone':
      return `${counted(risk.nodes, 'node')} ${risk.nodes === 1 ? 'has an address' : 'have addresses'} whose subnet holds nothing else (/32 or /128): to CrossSubnet every other node is in another subnet`;
    case 'no-address':
      return `${counted(risk.nodes, 'node')} ${risk.nodes === 1 ? 'has' : 'have'} no usable address: how packets reach ${risk.nodes === 1 ? 'it' : 'them'} is not known`;
  }
}

/** What the operator does about the pool. */
export function operatorText({ state, field, written, wanted }: PoolOperator): string {
  switch (state) {
    case 'none':
      return 'no operator';
    case 'unknown':
      return "not known: the Installation of Calico's operator may not be read";
    case 'elsewhere':
      return "no operator: Installation default of Calico's operator does not name the pool";
    case 'agrees':
      return `Calico's operator: Installation default has ${field}: ${written === '' ? `${wanted} (by default)` : written}, which agrees`;
    case 'reverts': {
      const says = written === '' ? 'keeps it as its Installation says' : `has ${written} in its Installation`;
      return `Calico's operator ${says} and will set the pool back: write ${field}: ${wanted} in Installation default`;
    }
  }
}

/** A number with its noun. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** The first names of a list. */
export function some(names: readonly string[], limit = 3): string {
  const rest = names.length - limit;
  return rest > 0 ? `${names.slice(0, limit).join(', ')} and ${rest} more` : names.join(', ');
}
