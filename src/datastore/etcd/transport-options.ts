import type { Facts } from './errors.ts';
import type { Endpoint } from './settings.ts';
import type { TlsMaterial } from './tls.ts';

/** What a transport needs to know, whatever carries its requests. */
export interface TransportOptions {
  readonly endpoints: readonly Endpoint[];
  /** undefined: plain text */
  readonly tls: TlsMaterial | undefined;
  readonly user: { readonly name: string; readonly password: string } | undefined;
  readonly facts: Facts;
  readonly signal: AbortSignal;
  /** milliseconds for one request, connecting included; 0 = no limit */
  readonly requestTimeout: number;
  /** whether requests may go by the runtime's own fetch */
  readonly quickHttp: boolean;
  readonly log: (message: string) => void;
}
