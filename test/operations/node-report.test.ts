import { describe, expect, it } from 'vitest';
import type { Resource } from '../../src/kinds/resource.ts';
import { readReport } from '../../src/operations/node-report.ts';

const NOW = new Date('2026-11-21T11:01:46Z');

function status(given: Resource['status'], updatePeriodSeconds = 10): Resource {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'CalicoNodeStatus',
    metadata: { name: 'one' },
    spec: { node: 'a', classes: ['Agent', 'BGP'], updatePeriodSeconds },
    ...(given === undefined ? {} : { status: given }),
  };
}

const unknown = { state: null, version: null, routerId: null, lastBootTime: null, lastReconfigurationTime: null };

describe('readReport()', () => {
  it('reads what a node reports, and takes ports for ports', () => {
    const report = readReport(
      status({
        lastUpdated: '2026-11-21T11:01:40Z',
        agent: {
          birdV4: {
            state: 'Ready',
            version: 'v0.3.3+birdv1.6.8',
            routerID: '10.0.0.1',
            lastBootTime: '2026-11-20 10:01:39',
            lastReconfigurationTime: '2026-11-21 11:01:39',
          },
          birdV6: { state: 'NotReady' },
        },
        bgp: {
          peersV4: [
            { peerIP: '10.0.0.2', type: 'NodeMesh', state: 'Established', since: '08:00:01' },
            { peerIP: '10.0.0.9.port.178', type: 'NodePeer', state: 'Active', since: '2026-11-05' },
            { peerIP: '10.0.0.8', type: 'Other' },
          ],
          peersV6: [{ peerIP: 'fd00::2:port:178', type: 'GlobalPeer', state: 'Idle', since: '08:00:02' }],
        },
      }),
      true,
      NOW,
    );
    expect(report).toEqual({
      object: 'one',
      created: true,
      lastUpdated: '2026-11-21T11:01:40Z',
      stale: false,
      ageSeconds: 6,
      routes: { ipv4: null, ipv6: null },
      daemons: {
        ipv4: {
          state: 'Ready',
          version: 'v0.3.3+birdv1.6.8',
          routerId: '10.0.0.1',
          lastBootTime: '2026-11-20 10:01:39',
          lastReconfigurationTime: '2026-11-21 11:01:39',
          sessions: [
            { type: 'mesh', address: '10.0.0.2', port: null, bgpState: 'Established', since: '08:00:01' },
            { type: 'node', address: '10.0.0.9', port: 178, bgpState: 'Active', since: '2026-11-05' },
            { type: null, address: '10.0.0.8', port: null, bgpState: null, since: null },
          ],
        },
        ipv6: {
          ...unknown,
          state: 'NotReady',
          sessions: [{ type: 'global', address: 'fd00::2', port: 178, bgpState: 'Idle', since: '08:00:02' }],
        },
      },
    });
  });

  it('leaves open what a report does not carry', () => {
    const report = readReport(status({ lastUpdated: '2026-11-21T11:01:40Z' }), false, NOW);
    expect(report?.daemons).toEqual({ ipv4: { ...unknown, sessions: [] }, ipv6: { ...unknown, sessions: [] } });
  });

  it.each([[undefined], [{ lastUpdated: null }], [{ lastUpdated: '' }], [{ lastUpdated: 'soon' }]])(
    'is undefined before the first report: %j',
    (given) => {
      expect(readReport(status(given), false, NOW)).toBeUndefined();
    },
  );

  it.each([
    ['2026-11-21T11:00:56Z', 10, 50, false],
    ['2026-11-21T11:00:55Z', 10, 51, true],
    ['2026-11-21T10:00:00Z', 1800, 3706, true],
    ['2026-11-21T10:05:00Z', 1800, 3406, false],
    ['2026-11-21T11:02:00Z', 10, 0, false],
  ])('updated at %s with a period of %d s is %d s old; stale: %s', (lastUpdated, period, ageSeconds, stale) => {
    expect(readReport(status({ lastUpdated }, period), false, NOW)).toMatchObject({ ageSeconds, stale });
  });

  it('tells the prefixes of the routes when it was asked for them, and which came through BGP', () => {
    const route = (destination: string, type: string, sourceType: string) => ({
      type,
      destination,
      gateway: '10.0.0.2',
      learnedFrom: { sourceType },
    });
    const asked = status({
      lastUpdated: '2026-11-21T11:01:40Z',
      routes: {
        routesV4: [
          route('10.1.0.0/26', 'RIB', 'BGPPeer'),
          route('10.1.0.0/26', 'FIB', 'Static'),
          route('10.2.0.0/26', 'FIB', 'NodeMesh'),
          route('10.2.0.0/26', 'RIB', 'Kernel'),
          route('10.3.0.0/26', 'RIB', 'BGPPeer'),
          route('10.1.0.7/32', 'FIB', 'Kernel'),
        ],
      },
    });
    const routes = (classes: readonly string[]) =>
      readReport({ ...asked, spec: { ...asked.spec, classes } }, true, NOW)?.routes;
    expect([routes(['BGP', 'Routes']), routes(['BGP'])]).toEqual([
      {
        ipv4: { learnt: new Set(['10.2.0.0/26', '10.3.0.0/26']), own: new Set(['10.1.0.0/26', '10.1.0.7/32']) },
        ipv6: null,
      },
      { ipv4: null, ipv6: null },
    ]);
  });
});
