import { describe, expect, test } from 'vitest';
import { kinds } from '../../src/kinds/all.ts';
import { kindForAlias } from '../../src/kinds/index.ts';
import type { Kind } from '../../src/kinds/kind.ts';

/** What the Go calicoctl's resource managers say of a kind. `wide` and `custom` are what they have besides. */
interface Facts {
  readonly aliases: string;
  readonly namespaced?: true;
  readonly narrow: string;
  readonly wide?: string;
  /** headings that only custom columns show */
  readonly custom?: string;
  /** texts of verbs that are refused */
  readonly refuses?: Kind['refuses'];
}

const POLICY = { narrow: 'NAME TIER', wide: 'NAME TIER ORDER SELECTOR' };

const FACTS: Readonly<Record<string, Facts>> = {
  BGPConfiguration: {
    aliases: 'bgpconfiguration bgpconfigurations bgpconfig bgpconfigs',
    narrow: 'NAME LOGSEVERITY MESHENABLED ASNUMBER',
  },
  BGPFilter: {
    aliases: 'bgpfilter bgpfilters bgpf bgpfs bf bfs',
    narrow: 'NAME NUMEXPORTV4 NUMIMPORTV4 NUMEXPORTV6 NUMIMPORTV6',
  },
  BGPPeer: { aliases: 'bgppeer bgppeers bgpp bgpps bp bps', narrow: 'NAME PEERIP NODE ASN' },
  CalicoNodeStatus: {
    aliases: 'caliconodestatus caliconodestatuses nodestatus nodestatuses',
    narrow: 'NAME NODE',
    wide: 'NAME NODE CLASSES',
  },
  ClusterInformation: {
    aliases: 'clusterinformation clusterinformations clusterinfo clusterinfos',
    narrow: 'NAME CLUSTERGUID CLUSTERTYPE CALICOVERSION DATASTOREREADY',
    refuses: {
      create: 'operation create or apply is not supported on ClusterInformation',
      apply: 'operation apply is not supported on ClusterInformation: resource is readonly',
      replace: 'operation apply or replace is not supported on ClusterInformation',
      delete: 'operation delete is not supported on ClusterInformation',
    },
  },
  FelixConfiguration: {
    aliases: 'felixconfiguration felixconfigurations felixconfig felixconfigs',
    narrow: 'NAME',
  },
  GlobalNetworkPolicy: { aliases: 'globalnetworkpolicy globalnetworkpolicies gnp gnps', ...POLICY },
  GlobalNetworkSet: {
    aliases: 'globalnetworkset globalnetworksets gnetsets',
    narrow: 'NAME',
    wide: 'NAME NETS',
  },
  HostEndpoint: {
    aliases: 'hostendpoint hostendpoints hep heps',
    narrow: 'NAME NODE',
    wide: 'NAME NODE INTERFACE IPS PROFILES',
  },
  IPAMConfiguration: {
    aliases: 'ipamconfiguration ipamconfigurations ipamconfig ipamconfigs',
    narrow: 'NAME STRICTAFFINITY AUTOALLOCATEBLOCKS',
    wide: 'NAME STRICTAFFINITY AUTOALLOCATEBLOCKS MAXBLOCKSPERHOST',
  },
  IPPool: {
    aliases: 'ippool ippools ipp ipps pool pools',
    narrow: 'NAME CIDR SELECTOR',
    wide: 'NAME CIDR NAT IPIPMODE VXLANMODE DISABLED DISABLEBGPEXPORT SELECTOR ASSIGNMENTMODE',
  },
  IPReservation: {
    aliases: 'ipreservation ipreservations reservation reservations',
    narrow: 'NAME',
    wide: 'NAME CIDRS',
  },
  KubeControllersConfiguration: {
    aliases: 'kubecontrollersconfiguration kubecontrollersconfigurations kubecontrollersconfig kubecontrollersconfigs',
    narrow: 'NAME',
  },
  NetworkPolicy: {
    aliases: 'networkpolicy networkpolicies policy np policies pol pols',
    namespaced: true,
    ...POLICY,
  },
  NetworkSet: {
    aliases: 'networkset networksets netsets',
    namespaced: true,
    narrow: 'NAME',
    wide: 'NAME NETS',
  },
  Node: { aliases: 'node nodes no nos', narrow: 'NAME', wide: 'NAME ASN IPV4 IPV6' },
  Profile: { aliases: 'profile profiles pro pros', narrow: 'NAME', wide: 'NAME LABELS' },
  StagedGlobalNetworkPolicy: {
    aliases: 'stagedglobalnetworkpolicy stagedglobalnetworkpolicies sgnp sgnps',
    ...POLICY,
  },
  StagedKubernetesNetworkPolicy: {
    aliases:
      'stagedkubernetesnetworkpolicy stagedkubernetesnetworkpolicies stagedkubernetespolicy sknp stagedkubernetespolicies skpol skpols',
    namespaced: true,
    narrow: 'NAME',
    wide: 'NAME PODSELECTOR',
  },
  StagedNetworkPolicy: {
    aliases: 'stagednetworkpolicy stagednetworkpolicies stagedpolicy snp stagedpolicies spol spols',
    namespaced: true,
    ...POLICY,
  },
  Tier: { aliases: 'tier tiers', narrow: 'NAME ORDER' },
  WorkloadEndpoint: {
    aliases: 'workloadendpoint workloadendpoints wep weps',
    namespaced: true,
    narrow: 'WORKLOAD NODE NETWORKS INTERFACE',
    wide: 'NAME WORKLOAD NODE NETWORKS INTERFACE PROFILES NATS',
    custom: 'ORCHESTRATOR',
  },
};

/** What the registry says of a kind, in the same form. */
function factsOf({ aliases, scope, columns, refuses }: Kind): Facts {
  const [narrow, wide] = [columns.narrow.join(' '), columns.wide.join(' ')];
  const shown = new Set([...columns.narrow, ...columns.wide]);
  const custom = Object.keys(columns.cells).filter((heading) => !shown.has(heading) && heading !== 'NAMESPACE');
  return {
    aliases: aliases.join(' '),
    ...(scope === 'namespaced' ? { namespaced: true } : {}),
    narrow,
    ...(wide === narrow ? {} : { wide }),
    ...(custom.length === 0 ? {} : { custom: custom.join(' ') }),
    ...(refuses === undefined ? {} : { refuses }),
  };
}

describe('the kinds', () => {
  test('have the names, columns and refusals of the Go tool', () => {
    expect(Object.fromEntries(kinds.map((kind) => [kind.name, factsOf(kind)]))).toEqual(FACTS);
  });

  test.each(kinds)('$name is found by each of its aliases in any case, and shares none', ({ name, aliases }) => {
    const found = aliases.flatMap((alias) => [kindForAlias(alias)?.name, kindForAlias(alias.toUpperCase())?.name]);
    expect(new Set(found)).toEqual(new Set([name]));
  });

  test.each(['blockaffinity', 'ippoollist', 'foo', '', 'constructor'])('%j names no kind', (word) => {
    expect(kindForAlias(word)).toBeUndefined();
  });

  test.each(kinds)('$name has a cell for each of its columns, and NAMESPACE if it has one', (kind) => {
    const { narrow, wide, cells } = kind.columns;
    expect([...narrow, ...wide].filter((heading) => !Object.hasOwn(cells, heading))).toEqual([]);
    expect(Object.hasOwn(cells, 'NAMESPACE')).toBe(kind.scope === 'namespaced');
  });

  test('have singular and plural as aliases, and plurals of their own', () => {
    const without = kinds.filter(
      ({ name, plural, goPlural, aliases }) =>
        !aliases.includes(name.toLowerCase()) || !aliases.includes(plural) || goPlural.toLowerCase() !== plural,
    );
    expect(without).toEqual([]);
    expect(new Set(kinds.map(({ plural }) => plural)).size).toBe(kinds.length);
  });

  test('that exist without being stored are the default profile', () => {
    const builtIn = kinds.flatMap(({ name, builtIn: objects = [] }) =>
      objects.map(({ metadata, spec }) => [name, metadata, spec]),
    );
    const allow = [{ action: 'Allow' }];
    const metadata = { name: 'projectcalico-default-allow', resourceVersion: '1' };
    expect(builtIn).toEqual([['Profile', metadata, { ingress: allow, egress: allow }]]);
  });

  test('of which an object of settings need not exist are the configurations of components', () => {
    const named = kinds.flatMap(({ name, settingsObject: object }) => (object === undefined ? [] : [[name, object]]));
    expect(Object.fromEntries(named)).toEqual({
      BGPConfiguration: 'default',
      FelixConfiguration: 'default',
      IPAMConfiguration: 'default',
      KubeControllersConfiguration: 'default',
    });
  });

  test('whose order of a list is not that of their names are the tiers', () => {
    expect(kinds.filter(({ order }) => order !== undefined).map(({ name }) => name)).toEqual(['Tier']);
  });
});
