/** What etcd says when it does not do what was asked, whatever carries its words: gRPC's codes and etcd's texts. */
import type { Facts } from './errors.ts';
import { lost, refused, timedOut } from './errors.ts';
import type { Endpoint } from './settings.ts';
import type { RequestFailed } from './transport.ts';

/** gRPC's codes (google.rpc.Code). */
const CANCELLED = 1;
const UNKNOWN = 2;
const DEADLINE_EXCEEDED = 4;
const INTERNAL = 13;
export const UNAVAILABLE = 14;
/** After these it is open whether the request was, or will be, carried out. */
export const UNDECIDED: ReadonlySet<number> = new Set([CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE]);

/** Texts of etcd that mean the token is no longer good; the request was not looked at. */
export const STALE_TOKEN: ReadonlySet<string> = new Set([
  'etcdserver: invalid auth token',
  'etcdserver: revision of auth store is old',
]);
export const AUTH_IS_OFF = 'etcdserver: authentication is not enabled';

/** What a server's error means for the request. */
export function failureOf(
  { code, details }: { readonly code: number; readonly details: string },
  facts: Facts,
  endpoint: Endpoint,
  requestTimeout: number,
): RequestFailed {
  if (!UNDECIDED.has(code)) return refused(details, 'nothing-done');
  if (details.startsWith('etcdserver:')) return refused(details, 'lost');
  if (code === DEADLINE_EXCEEDED) return timedOut(facts, endpoint, requestTimeout);
  return code === UNKNOWN || code === INTERNAL ? refused(details, 'lost') : lost(facts, endpoint);
}
