import { expect, it } from 'vitest';
import { readProtocolName } from '../../src/bird/protocol-name.ts';

it.each([
  ['Mesh_10_0_0_1', 'ipv4', { type: 'mesh', address: '10.0.0.1', port: null }],
  ['Global_10_0_0_2_port_179', 'ipv4', { type: 'global', address: '10.0.0.2', port: 179 }],
  ['Node_172_16_81_162_port_178', 'ipv4', { type: 'node', address: '172.16.81.162', port: 178 }],
  ['Local_Workload_10_65_0_4', 'ipv4', { type: 'local-workload', address: '10.65.0.4', port: null }],
  ['Mesh_host.name', 'ipv4', { type: 'mesh', address: 'host.name', port: null }],
  ['Mesh_fd00__1', 'ipv6', { type: 'mesh', address: 'fd00::1', port: null }],
  ['Node_2001_db8__2_port_1790', 'ipv6', { type: 'node', address: '2001:db8::2', port: 1790 }],
] as const)('readProtocolName(%j, %s) tells type, address and port', (name, family, peer) => {
  expect(readProtocolName(name, family)).toEqual(peer);
});

it.each(['Mesh_', 'mesh_10_0_0_1', 'bgp1', 'Local_10_0_0_1', 'XMesh_10_0_0_1', ''])(
  'readProtocolName(%j) knows no such name',
  (name) => {
    expect(readProtocolName(name, 'ipv4')).toBeUndefined();
  },
);
