import type { EtcdOptions } from '../../servers/etcd.ts';

/** The etcds that the driver must get along with. Without its JSON gateway one is spoken to over gRPC. */
export const SERVERS: readonly Required<Pick<EtcdOptions, 'version' | 'jsonGateway'>>[] = [
  { version: '3.4', jsonGateway: true },
  { version: '3.6', jsonGateway: true },
  { version: '3.6', jsonGateway: false },
];
