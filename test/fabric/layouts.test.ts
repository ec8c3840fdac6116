/** The sessions that must exist are those that are configured, and those that can come up are those that do. */
import { describe, expect, it } from 'vitest';
import { bgpCluster } from '../../src/bgp/model.ts';
import { expectedSessions } from '../../src/bgp/sessions.ts';
import { readCluster } from './confd/cluster.ts';
import { Entries } from './confd/protocols.ts';
import { crowdedLayouts, randomLayouts, WORKED_EXAMPLES } from './layouts.ts';
import type { Layout } from './layouts.ts';

const SEED = Number(process.env['FABRIC_SEED'] ?? 1117);
const LAYOUTS = [...WORKED_EXAMPLES, ...crowdedLayouts(24, SEED), ...randomLayouts(200, SEED)];

/** What both sides say of a session, as text. */
type Described = Readonly<Record<string, Readonly<Record<string, string>>>>;

function byStandIn({ resources }: Layout): Described {
  const cluster = readCluster(resources);
  const entries = new Entries(cluster);
  return described(
    cluster.nodes.map((node) => [
      node.name,
      ([4, 6] as const).flatMap((version) =>
        entries.protocols(node, version).map((protocol) => {
          const { name, neighbor, port, as, localAs, source, passive, rrClusterId, password, ttl } = protocol;
          return [name, [neighbor, port, as, localAs, source, passive, rrClusterId, password, ttl]];
        }),
      ),
    ]),
  );
}

function byProgram({ resources }: Layout): Described {
  return described(
    [...expectedSessions(bgpCluster(resources))].map(([name, { ipv4, ipv6 }]) => [
      name,
      [...ipv4, ...ipv6].map(
        ({ protocol, neighbor, port, as, localAs, source, passive, clusterId, secret, ttlSecurity }) => [
          protocol,
          [
            neighbor,
            port,
            as,
            localAs,
            source,
            passive,
            clusterId,
            secret === null ? undefined : `${secret.name}/${secret.key}`,
            ttlSecurity,
          ],
        ],
      ),
    ]),
  );
}

type Fact = string | number | boolean | null | undefined;
type Facts = readonly [string, readonly Fact[]];

/** Facts that are not there are null on one side and undefined on the other. */
function described(nodes: readonly (readonly [string, readonly Facts[]])[]): Described {
  const text = (facts: readonly Fact[]): string => facts.map((fact) => String(fact ?? '-')).join(' ');
  return Object.fromEntries(
    nodes.map(([node, sessions]) => [
      node,
      Object.fromEntries(sessions.map(([name, facts], index) => [`${index} ${name}`, text(facts)])),
    ]),
  );
}

describe('expectedSessions()', () => {
  it('gives what a confd written independently of it configures, in every field', () => {
    let sessions = 0;
    for (const layout of LAYOUTS) {
      const expected = byStandIn(layout);
      sessions += Object.values(expected).reduce((sum, found) => sum + Object.keys(found).length, 0);
      expect({ layout: layout.name, ...byProgram(layout) }).toEqual({ layout: layout.name, ...expected });
    }
    process.stderr.write(
      `fabric: ${LAYOUTS.length} layouts (seed ${SEED}), ${sessions} sessions compared: all equal\n`,
    );
    expect(sessions).toBeGreaterThan(1000);
  });
});
