/** The etcd driver's errors in the terms of the datastore contract. Nothing above this folder knows a gRPC code. */
import type { DatastoreError } from '../errors.ts';
import { PermissionDenied, ServerError, Unavailable } from '../errors.ts';
import type { Diagnosis } from './diagnose.ts';
import type { Endpoint } from './settings.ts';
import { RequestFailed } from './transport.ts';

/** What messages say of the connection besides the cause. */
export interface Facts {
  /** what the endpoints were configured by */
  readonly setting: string;
  /** user name and password are set: then the Go tool knows a text for endpoints that cannot be reached */
  readonly authenticates: boolean;
  /** the setting of the user name; empty without */
  readonly userSetting: string;
}

/** What the Go client says when its time is up. */
const DEADLINE = 'context deadline exceeded';

/** No endpoint could be reached: nothing was sent. */
export function unreachable(
  facts: Facts,
  tried: readonly { readonly endpoint: Endpoint; readonly diagnosis: Diagnosis }[],
): RequestFailed {
  const words = facts.authenticates ? `${DEADLINE}: ` : '';
  const [first] = tried;
  const phase = first?.diagnosis.phase ?? 'connect';
  const causes = tried.map(
    ({ endpoint, diagnosis }) => `${endpoint.url}: ${diagnosis.reason} (phase: ${diagnosis.phase}`,
  );
  const text = `${words}cannot reach etcd at ${causes.join('); ')}; setting: ${facts.setting})`;
  const endpoint = tried.map(({ endpoint: { url } }) => url).join(',');
  return failed(
    'nothing-done',
    text,
    (message) => new Unavailable(message, { endpoint, phase, setting: facts.setting }),
  );
}

/** The connection broke while a request was under way. */
export function lost(facts: Facts, { url }: Endpoint): RequestFailed {
  const { setting } = facts;
  const text = `the connection to etcd at ${url} was lost before it answered (phase: response; setting: ${setting})`;
  return failed('lost', text, (message) => new Unavailable(message, { endpoint: url, phase: 'response', setting }));
}

/** What answered speaks HTTP, but not etcd's protocol. */
export function noEtcd(facts: Facts, { url }: Endpoint, reason: string): RequestFailed {
  const { setting } = facts;
  const text = `what answers at ${url} is no etcd: ${reason} (phase: response; setting: ${setting})`;
  return failed(
    'nothing-done',
    text,
    (message) => new Unavailable(message, { endpoint: url, phase: 'response', setting }),
  );
}

/** A request got no answer in time. */
export function timedOut(facts: Facts, { url }: Endpoint, milliseconds: number): RequestFailed {
  const { setting } = facts;
  const time = `${milliseconds / 1000} s`;
  const text = `${DEADLINE}: etcd at ${url} did not answer within ${time} (phase: response; setting: ${setting})`;
  return failed('late', text, (message) => new Unavailable(message, { endpoint: url, phase: 'response', setting }));
}

/** etcd refused user name and password, or could not check them. */
export function notAuthenticated(facts: Facts, { url }: Endpoint, serverText: string): RequestFailed {
  const { userSetting } = facts;
  const text = `${serverText} (etcd at ${url}; phase: authenticate; setting: ${userSetting})`;
  return failed(
    'nothing-done',
    text,
    (message) => new Unavailable(message, { endpoint: url, phase: 'authenticate', setting: facts.setting }),
  );
}

/** etcd's text where a user lacks a right. */
const DENIED = 'etcdserver: permission denied';

/** etcd answered with an error. */
export function refused(serverText: string, outcome: RequestFailed['outcome']): RequestFailed {
  return failed(outcome, serverText, (message) =>
    serverText === DENIED ? new PermissionDenied(message) : new ServerError(message),
  );
}

function failed(
  outcome: RequestFailed['outcome'],
  text: string,
  make: (message: string) => DatastoreError,
): RequestFailed {
  return new RequestFailed(outcome, (note) => make(note === undefined ? text : `${text}; ${note}`));
}
