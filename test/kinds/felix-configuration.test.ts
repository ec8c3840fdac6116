import { describe, expect, test } from 'vitest';
import { felixConfiguration } from '../../src/kinds/felix-configuration.ts';
import type { JsonObject } from '../../src/kinds/schema.ts';
import { object, storeOf } from './store-of.ts';
import { byTag, several, verdictOn } from './verdict.ts';

const DECODING = 'error unmarshaling JSON: while decoding JSON: ';
const matching = (path: string, pattern: string): string => `${path} (${path} in body should match '${pattern}')`;
const SEVERITY = '^(?i)(Trace|Debug|Info|Warning|Error|Fatal)?$';
const INTERVAL = String.raw`^([0-9]+(\\.[0-9]+)?(ms|s|m|h))*$`;

describe('the spec', () => {
  test.each([
    ['{}', 'valid'],
    ['{logSeverityScreen: wArNiNg}', 'valid'],
    ['{logSeverityScreen: Loud}', `error with field ${matching('spec.logSeverityScreen', SEVERITY)}`],
    ['{chainInsertMode: Middle}', `error with field ${matching('spec.chainInsertMode', '^(?i)(Insert|Append)?$')}`],
    ['{routeRefreshInterval: 1h}', 'valid'],
    ['{routeRefreshInterval: 1.5s}', `error with field ${matching('spec.routeRefreshInterval', INTERVAL)}`],
    [
      '{nftablesRefreshInterval: 1.5s, dataplaneWatchdogTimeout: 2.5s, liveMigrationRouteConvergenceTime: 2.5s}',
      'valid',
    ],
    [
      '{routeRefreshInterval: 30}',
      `${DECODING}json: cannot unmarshal number into Go struct field FelixConfigurationSpec.spec.routeRefreshInterval of type string`,
    ],
    [
      '{ipv6Support: "yes"}',
      `${DECODING}json: cannot unmarshal string into Go struct field FelixConfigurationSpec.spec.ipv6Support of type bool`,
    ],
    ['{noSuchSetting: true}', `${DECODING}json: unknown field "noSuchSetting"`],
    ['{vxlanMTU: -1}', 'valid'],
    ['{iptablesBackend: NFT}', 'valid'],
    ['{iptablesBackend: nft}', 'error with field spec.iptablesBackend (supported values: "Legacy", "NFT", "Auto")'],
    ['{featureDetectOverride: "A=true,B=false", featureGates: "A=x"}', 'valid'],
    [
      '{featureGates: A}',
      `error with field ${matching('spec.featureGates', '^([a-zA-Z0-9-_]+=([^=]+),)*([a-zA-Z0-9-_]+=([^=]+))?$')}`,
    ],
    [
      '{iptablesMarkMask: 4294967296}',
      `${DECODING}json: cannot unmarshal number 4294967296 into Go struct field FelixConfigurationSpec.spec.iptablesMarkMask of type uint32`,
    ],
    ['{natPortRange: "1000:2000", kubeNodePortRanges: ["30000:32767"]}', 'valid'],
    [
      '{kubeNodePortRanges: [0]}',
      "error with field Port = '0' (port range invalid, port number must be between 1 and 65535)",
    ],
    [
      '{bpfConntrackTimeouts: {tcpFinsSeen: Auto, udpTimeout: forever}}',
      `error with field ${matching('spec.bpfConntrackTimeouts.udpTimeout', String.raw`^(([0-9]*(\.[0-9]*)?(ms|s|h|m|us)+)+|Auto)$`)}`,
    ],
    [
      '{bpfDSROptoutCIDRs: [10.0.0.0/8, x]}',
      `error with field ${byTag('BPFDSROptoutCIDRs', '[10.0.0.0/8 x]', 'cidrs')}`,
    ],
    ['{wireguardInterfaceName: wg/0}', `error with field ${byTag('WireguardInterfaceName', 'wg/0', 'interface')}`],
    [
      '{wireguardRoutingRulePriority: 32766}',
      `error with field ${byTag('WireguardRoutingRulePriority', '32766', 'lt')}`,
    ],
  ])('%s', (spec, message) => {
    expect(verdictOn('FelixConfiguration', spec, 'default')).toBe(message);
  });
});

describe('rules between settings', () => {
  test.each([
    ['{routeTableRange: {min: 1, max: 250}}', 'valid'],
    [
      '{routeTableRange: {min: 1, max: 251}}',
      'error with field spec.routeTableRange (must be a range of route table indices within 1..250)',
    ],
    [
      '{routeTableRanges: [{min: 1, max: 1}, {min: 0, max: -1}]}',
      several(
        'spec.routeTableRanges[1] (min must be >= 1)',
        'spec.routeTableRanges[1] (min must not be greater than max)',
      ),
    ],
    [
      '{routeTableRange: {min: 1, max: 2}, routeTableRanges: []}',
      'error with field spec (routeTableRange and routeTableRanges cannot both be set)',
    ],
    [
      '{natOutgoingAddress: "fd00::1", deviceRouteSourceAddress: x, deviceRouteSourceAddressIPv6: 10.0.0.1}',
      several(
        'spec (natOutgoingAddress must be a valid IPv4 address)',
        'spec (deviceRouteSourceAddress must be a valid IPv4 address)',
        'spec (deviceRouteSourceAddressIPv6 must be a valid IPv6 address)',
      ),
    ],
    [
      '{natOutgoingAddress: "::ffff:10.0.0.1"}',
      'error with field spec (natOutgoingAddress must be a valid IPv4 address)',
    ],
    ['{natOutgoingAddress: 10.0.0.1, deviceRouteSourceAddressIPv6: "fd00::1"}', 'valid'],
  ])('%s', (spec, message) => {
    expect(verdictOn('FelixConfiguration', spec, 'default')).toBe(message);
  });

  const refused =
    "error with field FelixConfiguration (nodeSelector must not be set on the 'default' or per-node ('node.*') FelixConfiguration)";
  test.each([
    ['default', refused],
    ['node.n1', refused],
    ['blue', 'valid'],
  ])('a node selector in %s', (name, message) => {
    expect(verdictOn('FelixConfiguration', '{nodeSelector: all()}', name)).toBe(message);
  });
});

describe('what the client fills in', () => {
  const filled = async (spec: JsonObject): Promise<JsonObject | undefined> => {
    const resource = object('FelixConfiguration', 'default', spec);
    return (await felixConfiguration.client?.prepareCreate?.(resource, storeOf()))?.spec;
  };

  test('in an empty spec', async () => {
    expect(await filled({})).toEqual({
      bpfLogLevel: '',
      bpfConnectTimeLoadBalancing: 'TCP',
      bpfHostNetworkedNATWithoutCTLB: 'Enabled',
      floatingIPs: 'Disabled',
    });
  });

  test.each([
    [true, 'Enabled'],
    [false, 'Disabled'],
  ])('when the deprecated switch says %s', async (given, meant) => {
    expect(await filled({ bpfConnectTimeLoadBalancingEnabled: given, floatingIPs: 'Enabled' })).toEqual({
      bpfLogLevel: '',
      bpfConnectTimeLoadBalancingEnabled: given,
      bpfConnectTimeLoadBalancing: meant,
      bpfHostNetworkedNATWithoutCTLB: 'Disabled',
      floatingIPs: 'Enabled',
    });
  });

  test('in the order of the API, empty lists kept', async () => {
    const spec = {
      wireguardEnabled: false,
      vxlanPort: 4790,
      failsafeInboundHostPorts: [],
      mtuIfacePattern: '^eth.*',
      interfacePrefix: 'cali,tap',
      routeRefreshInterval: '30s',
      logSeverityScreen: 'Debug',
      bpfEnabled: true,
      nftablesMode: 'Auto',
      chainInsertMode: 'Append',
    };
    expect(JSON.stringify(await filled(spec))).toBe(
      '{"routeRefreshInterval":"30s","interfacePrefix":"cali,tap","chainInsertMode":"Append","logSeverityScreen":"Debug",' +
        '"vxlanPort":4790,"failsafeInboundHostPorts":[],"nftablesMode":"Auto","bpfEnabled":true,"bpfLogLevel":"",' +
        '"bpfConnectTimeLoadBalancing":"TCP","bpfHostNetworkedNATWithoutCTLB":"Enabled","wireguardEnabled":false,' +
        '"mtuIfacePattern":"^eth.*","floatingIPs":"Disabled"}',
    );
  });
});
