/** What has to hold before a mesh is turned into sessions with route reflectors. */
import { lint } from '../lint.ts';
import type { Finding } from '../finding.ts';
import { asOf, FAMILIES } from '../model.ts';
import type { BgpCluster, BgpNode } from '../model.ts';
import { SessionPlan } from '../sessions.ts';
import { familyName, nodesNamed, someNames } from '../words.ts';
import { usedFamilies } from './choose.ts';
import type { Failure, ReflectorSettings } from './plan.ts';

const failure = (code: Failure['code'], message: string, hint = ''): Failure => ({ code, message, hint });

export interface Chosen {
  readonly cluster: BgpCluster;
  readonly reflectors: readonly BgpNode[];
  readonly settings: ReflectorSettings;
  readonly allowSingle: boolean;
}

/** What is wrong with the cluster, or with the choice, before anything is written. */
export function failuresBefore({ cluster, reflectors, settings, allowSingle }: Chosen): readonly Failure[] {
  const failures: Failure[] = [];
  const chosen = new Set(reflectors.map(({ name }) => name));
  if (reflectors.length < 2 && !allowSingle)
    failures.push(
      failure(
        'too-few',
        `${reflectors.length} reflector${reflectors.length === 1 ? '' : 's'}: when it goes away, all nodes lose their routes`,
        'choose two or more, or say --allow-single',
      ),
    );
  for (const family of usedFamilies(cluster)) {
    const lacking = reflectors.filter((node) => node[family] === '').map(({ name }) => name);
    if (lacking.length > 0)
      failures.push(
        failure(
          'missing-family',
          `${nodesNamed(lacking)} ${lacking.length === 1 ? 'has' : 'have'} no ${familyName(family)} address, and other nodes use ${familyName(family)}`,
        ),
      );
  }
  const others = cluster.nodes.filter(({ name, clusterId }) => clusterId !== '' && !chosen.has(name));
  if (others.length > 0)
    failures.push(
      failure(
        'other-reflectors',
        `${nodesNamed(others.map(({ name }) => name))} ${others.length === 1 ? 'has' : 'have'} a cluster ID already and ${others.length === 1 ? 'is' : 'are'} not chosen`,
        'choose them too, or take their routeReflectorClusterID away first',
      ),
    );
  for (const { name, clusterId } of reflectors)
    if (clusterId !== '' && clusterId !== settings.clusterId)
      failures.push(
        failure(
          'other-reflectors',
          `node ${name} has cluster ID ${clusterId}, and ${settings.clusterId} is planned`,
          `plan with --cluster-id ${clusterId}, or take it away first`,
        ),
      );
  const { key, value } = settings.label;
  const labelled = cluster.nodes.filter(({ name, labels }) => labels[key] === value && !chosen.has(name));
  if (labelled.length > 0)
    failures.push(
      failure(
        'label-in-use',
        `${nodesNamed(labelled.map(({ name }) => name))} ${labelled.length === 1 ? 'has' : 'have'} the label ${key}=${value} already and ${labelled.length === 1 ? 'is' : 'are'} not chosen`,
        'choose them too, or plan with another --label',
      ),
    );
  return [...failures, ...differentAs(cluster), ...manualPeers(cluster)];
}

/** Reflection needs one AS number. */
export function differentAs(cluster: BgpCluster): readonly Failure[] {
  const byAs = new Map<number, string[]>();
  for (const node of cluster.nodes) {
    if (FAMILIES.every((family) => node[family] === '')) continue;
    const as = asOf(cluster, node);
    byAs.set(as, [...(byAs.get(as) ?? []), node.name]);
  }
  if (byAs.size < 2) return [];
  const parts = [...byAs].map(([as, names]) => `AS ${as}: ${someNames(names)}`);
  return [
    failure(
      'as-mismatch',
      `nodes have different AS numbers (${parts.join('; ')}), and a reflector has clients in its own AS only (RFC 4456)`,
      'give all nodes one AS number first',
    ),
  ];
}

/** Peerings between nodes whose other end somebody has to look after. */
function manualPeers({ peers, nodes }: BgpCluster): readonly Failure[] {
  const addresses = new Set(nodes.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6]).filter((address) => address !== ''));
  return peers
    .filter(({ reversePeering, peerSelector, peerIP }) => {
      const between = peerSelector !== '' || addresses.has(peerIP);
      return reversePeering === 'Manual' && between;
    })
    .map(({ name }) =>
      failure(
        'manual-peering',
        `BGPPeer ${name} is between nodes and has reversePeering Manual: its other end is not made by itself`,
        'set reversePeering to Auto, or remove it',
      ),
    );
}

const describe = ({ rule, subject, message }: Finding): string =>
  `${rule.id} ${subject.kind}(${subject.name}): ${message}`;

/** What the rules call an error, in words. */
export const errorsOf = (cluster: BgpCluster): readonly string[] =>
  lint(cluster)
    .filter(({ rule }) => rule.severity === 'error')
    .map(describe);

/** Errors that are there before the first step. */
export const lintFailures = (errors: readonly string[]): readonly Failure[] =>
  errors.map((text) => failure('lint', text, 'calicoctl bgp lint explains it; it has to be put right first'));

/** Errors that a step would bring about, those aside that are known. */
export function failuresAfter(known: ReadonlySet<string>, after: BgpCluster, does: string): readonly Failure[] {
  return errorsOf(after)
    .filter((text) => !known.has(text))
    .map((text) => failure('lint-after', `after "${does}": ${text}`));
}

/** Sessions with reflectors that other BGPPeers would make instead of the planned one. */
export function hiddenSessions(after: BgpCluster, names: readonly string[], peer: string): readonly Failure[] {
  const plan = new SessionPlan(after);
  const reflectors = after.nodes.filter(({ name }) => names.includes(name));
  const hiders = new Map<string, Set<string>>();
  for (const family of FAMILIES) {
    const addresses = new Set(reflectors.map((node) => node[family]).filter((address) => address !== ''));
    for (const node of after.nodes) {
      for (const { neighbor, reason } of plan.explicit(node, family)) {
        if (!addresses.has(neighbor) || reason.peer === undefined || reason.peer === peer) continue;
        const hidden = hiders.get(reason.peer) ?? new Set();
        hiders.set(reason.peer, hidden.add(node.name));
      }
    }
  }
  return [...hiders].map(([name, nodes]) =>
    failure(
      'hidden',
      `BGPPeer ${name} makes the sessions of ${nodesNamed([...nodes].sort())} with the reflectors, so BGPPeer ${peer} would make none there`,
      `remove BGPPeer ${name} first`,
    ),
  );
}
