/** etcd over gRPC, by means of etcd3: several endpoints, user and password, deadlines. */
import { KVClient } from 'etcd3/lib/rpc.js';
import type { IAuthenticateResponse, IKeyValue, IRequestOp, IResponseOp } from 'etcd3/lib/rpc.js';
import { Cancellation } from './cancellation.ts';
import { diagnose } from './diagnose.ts';
import type { Facts } from './errors.ts';
import { lost, noEtcd, notAuthenticated, refused, timedOut, unreachable } from './errors.ts';
import { Member } from './grpc-member.ts';
import type { Reply } from './grpc-member.ts';
import type { Endpoint } from './settings.ts';
import type { TlsMaterial } from './tls.ts';
import type {
  KeyValue,
  Operation,
  RangeRequest,
  RangeResult,
  RequestFailed,
  Transport,
  TxnRequest,
  TxnResult,
} from './transport.ts';

export interface GrpcOptions {
  readonly endpoints: readonly Endpoint[];
  /** undefined: plain text */
  readonly tls: TlsMaterial | undefined;
  readonly user: { readonly name: string; readonly password: string } | undefined;
  readonly facts: Facts;
  readonly signal: AbortSignal;
  /** milliseconds for one request, connecting included; 0 = no limit */
  readonly requestTimeout: number;
  readonly log: (message: string) => void;
}

/** Milliseconds for connecting to any endpoint, and for finding out afterwards why none could be reached. */
const CONNECT_LIMIT = 5000;
const DIAGNOSIS_LIMIT = 3000;
/** Milliseconds after which the next endpoint is tried too, while the one before has not answered yet. */
const NEXT_ENDPOINT_AFTER = 250;

/** gRPC's codes (google.rpc.Code). */
const CANCELLED = 1;
const UNKNOWN = 2;
const DEADLINE_EXCEEDED = 4;
const INTERNAL = 13;
const UNAVAILABLE = 14;
/** After these it is open whether the request was, or will be, carried out. */
const UNDECIDED: ReadonlySet<number> = new Set([CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE]);

/** How grpc-js words an answer that is not gRPC. */
const HTTP_STATUS = 'Received HTTP status code';
/** Texts of etcd that mean the token is no longer good; the request was not looked at. */
const STALE_TOKEN: ReadonlySet<string> = new Set([
  'etcdserver: invalid auth token',
  'etcdserver: revision of auth store is old',
]);
const AUTH_IS_OFF = 'etcdserver: authentication is not enabled';

/** Connects and, if there are credentials, fetches a token. Without credentials nothing is sent yet. @throws {RequestFailed} */
export async function openGrpc(options: GrpcOptions): Promise<Transport> {
  const transport = new GrpcTransport(options);
  try {
    await transport.authenticate();
  } catch (error) {
    transport.close();
    throw error;
  }
  return transport;
}

class GrpcTransport implements Transport {
  readonly #options: GrpcOptions;
  readonly #kv: KVClient;
  readonly #cancellation: Cancellation;
  #member: Promise<Member> | undefined;
  #token: string | undefined;
  /** index of the endpoint to try first */
  #first = 0;

  constructor(options: GrpcOptions) {
    this.#options = options;
    this.#cancellation = new Cancellation(options.signal);
    this.#kv = new KVClient({
      exec: (_service, method, payload) => this.#request(method, payload),
      withConnection: () => Promise.reject(new TypeError('streams are not used')),
      markFailed: () => undefined,
      callOptionsFactory: undefined,
    });
  }

  async range({ key, prefix = false, revision }: RangeRequest): Promise<RangeResult> {
    const start = Buffer.from(key);
    this.#options.log(`etcd: range ${key}${prefix ? '*' : ''}${revision === undefined ? '' : ` at ${revision}`}`);
    const { kvs, header } = await this.#kv.range({
      key: start,
      ...(prefix && { range_end: endOfPrefix(start) }),
      ...(revision !== undefined && { revision }),
    });
    return { entries: kvs.map(keyValue), revision: header.revision };
  }

  async txn({ compare, success, failure }: TxnRequest): Promise<TxnResult> {
    this.#options.log(`etcd: txn ${success.map(({ type, key }) => `${type} ${key}`).join(', ')}`);
    const { succeeded, header, responses } = await this.#kv.txn({
      compare: compare.map(({ key, target, equals }) => ({
        key: Buffer.from(key),
        result: 'Equal',
        ...(target === 'mod' ? { target: 'Mod', mod_revision: equals } : { target: 'Version', version: equals }),
      })),
      success: success.map(requestOp),
      failure: failure.map(requestOp),
    });
    return { succeeded, revision: header.revision, entries: responses.map(entriesOf) };
  }

  close(): void {
    this.#cancellation.close();
    this.#member?.then(
      (member) => member.close(),
      () => undefined,
    );
    this.#member = undefined;
  }

  /** Exchanges user name and password for a token, if there are any. */
  async authenticate(): Promise<void> {
    const { user, facts, log } = this.#options;
    if (user === undefined) return;
    const { member, reply } = await this.#call<IAuthenticateResponse>(
      'Auth',
      'authenticate',
      { name: user.name, password: user.password },
      undefined,
    );
    if (reply.type === 'answer') {
      this.#token = reply.answer.token;
    } else if (reply.details === AUTH_IS_OFF) {
      log('etcd: user and password are not needed: authentication is not enabled');
    } else if (UNDECIDED.has(reply.code) || reply.details.startsWith(HTTP_STATUS)) {
      throw this.#failure(member, reply);
    } else {
      throw notAuthenticated(facts, member.endpoint, reply.details);
    }
  }

  async #request<T>(method: string, payload: unknown): Promise<T> {
    const first = await this.#call<T>('KV', method, payload, this.#token);
    if (first.reply.type === 'answer') return first.reply.answer;
    if (!STALE_TOKEN.has(first.reply.details)) throw this.#failure(first.member, first.reply);
    this.#options.log('etcd: the token is no longer good, fetching another');
    await this.authenticate();
    const second = await this.#call<T>('KV', method, payload, this.#token);
    if (second.reply.type === 'answer') return second.reply.answer;
    throw this.#failure(second.member, second.reply);
  }

  async #call<T>(
    service: 'KV' | 'Auth',
    method: string,
    payload: unknown,
    token: string | undefined,
  ): Promise<{ readonly member: Member; readonly reply: Exclude<Reply<T>, Aborted> }> {
    const { requestTimeout } = this.#options;
    const cancellation = this.#cancellation;
    const deadline = requestTimeout > 0 ? Date.now() + requestTimeout : undefined;
    const member = await this.#connected(deadline);
    const reply = await member.call<T>(service, method, payload, { token, deadline, cancellation });
    if (reply.type !== 'aborted') return { member, reply };
    cancellation.signal.throwIfAborted();
    throw new TypeError('a call was aborted that nobody aborted');
  }

  /** The member in use, when it listens; else any other. */
  async #connected(deadline: number | undefined): Promise<Member> {
    const cancellation = this.#cancellation;
    cancellation.signal.throwIfAborted();
    const limits = connectLimits(deadline);
    this.#member ??= this.#connectAny(limits);
    const member = await cancellation.race(this.#member);
    if (await cancellation.race(member.connect(limits.connectBy))) return member;
    this.#drop(member);
    this.#member ??= this.#connectAny(connectLimits(deadline));
    return cancellation.race(this.#member);
  }

  async #connectAny({ connectBy, diagnoseBy }: Limits): Promise<Member> {
    const { endpoints, tls, signal, facts, log } = this.#options;
    const inOrder = [...endpoints.slice(this.#first), ...endpoints.slice(0, this.#first)];
    const members = inOrder.map((endpoint) => new Member(endpoint, tls));
    const winner = await firstToConnect(members, connectBy);
    for (const member of members) if (member !== winner) member.close();
    if (winner !== undefined) {
      log(`etcd: connected to ${winner.endpoint.url}`);
      return winner;
    }
    this.#member = undefined;
    const limit = Math.max(diagnoseBy - Date.now(), 0);
    const tried = await Promise.all(
      endpoints.map(async (endpoint) => ({ endpoint, diagnosis: await diagnose(endpoint, tls, limit, signal) })),
    );
    throw unreachable(facts, tried);
  }

  /** Leaves a member that failed; the next request begins with the next endpoint. */
  #drop(member: Member): void {
    const { endpoints } = this.#options;
    this.#first = (endpoints.indexOf(member.endpoint) + 1) % endpoints.length;
    this.#member = undefined;
    member.close();
  }

  #failure(member: Member, { code, details }: Failure): RequestFailed {
    const { facts, requestTimeout } = this.#options;
    if (details.startsWith(HTTP_STATUS)) return noEtcd(facts, member.endpoint, details);
    if (!UNDECIDED.has(code)) return refused(details, 'nothing-done');
    this.#drop(member);
    if (details.startsWith('etcdserver:')) return refused(details, 'lost');
    if (code === DEADLINE_EXCEEDED) return timedOut(facts, member.endpoint, requestTimeout);
    return code === UNKNOWN || code === INTERNAL ? refused(details, 'lost') : lost(facts, member.endpoint);
  }
}

type Aborted = { readonly type: 'aborted' };
type Failure = Extract<Reply<never>, { readonly type: 'error' }>;

/** Milliseconds since 1970. */
interface Limits {
  readonly connectBy: number;
  readonly diagnoseBy: number;
}

/** When the request's own limit is shorter, both share it in proportion. */
function connectLimits(deadline: number | undefined): Limits {
  const now = Date.now();
  const whole = CONNECT_LIMIT + DIAGNOSIS_LIMIT;
  const time = Math.max(Math.min(whole, (deadline ?? Infinity) - now), 0);
  return { connectBy: now + (time * CONNECT_LIMIT) / whole, diagnoseBy: now + time };
}

/** The first member to connect; the others start one after the other, at the latest when all before them have failed. */
function firstToConnect(members: readonly Member[], deadline: number): Promise<Member | undefined> {
  return new Promise((resolve) => {
    const waiting = [...members];
    let connecting = 0;
    let timer: NodeJS.Timeout | undefined;
    const startNext = () => {
      clearTimeout(timer);
      const member = waiting.shift();
      if (member === undefined) {
        if (connecting === 0) resolve(undefined);
        return;
      }
      connecting++;
      if (waiting.length > 0) timer = setTimeout(startNext, NEXT_ENDPOINT_AFTER);
      void member.connect(deadline).then((connected) => {
        connecting--;
        if (!connected) {
          if (connecting === 0) startNext();
          return;
        }
        clearTimeout(timer);
        waiting.length = 0;
        resolve(member);
      });
    };
    startNext();
  });
}

/** The end of the range of all keys that begin with `key`: the same key with its last byte raised. */
function endOfPrefix(key: Buffer): Buffer {
  const end = Buffer.from(key);
  // Keys are UTF-8, where no byte is 255: there is always a next one.
  end[end.length - 1] = (end.at(-1) ?? 0) + 1;
  return end;
}

function keyValue({ key, value, mod_revision }: IKeyValue): KeyValue {
  return { key: key.toString('utf8'), value: value.toString('utf8'), modRevision: mod_revision };
}

function requestOp(operation: Operation): IRequestOp {
  const key = Buffer.from(operation.key);
  switch (operation.type) {
    case 'put':
      return { request_put: { key, value: Buffer.from(operation.value) } };
    case 'delete':
      return { request_delete_range: { key, prev_kv: true } };
    case 'range':
      return { request_range: { key } };
  }
}

function entriesOf(response: Partial<IResponseOp>): readonly KeyValue[] {
  const { response_range: range, response_delete_range: deletion } = response;
  return (range?.kvs ?? deletion?.prev_kvs ?? []).map(keyValue);
}
