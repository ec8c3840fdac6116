/** etcd over gRPC, by means of etcd3: several endpoints, user and password, deadlines. */
import { KVClient } from 'etcd3/lib/rpc.js';
import type { IAuthenticateResponse, IKeyValue, IRequestOp, IResponseOp, ITxnRequest } from 'etcd3/lib/rpc.js';
import { Cancellation } from './cancellation.ts';
import { diagnose } from './diagnose.ts';
import { noEtcd, notAuthenticated, unreachable } from './errors.ts';
import { Member } from './grpc-member.ts';
import type { Reply } from './grpc-member.ts';
import { connectLimits, firstToConnect, inTurn } from './reach.ts';
import type { Limits } from './reach.ts';
import { AUTH_IS_OFF, failureOf, STALE_TOKEN, UNDECIDED } from './server-codes.ts';
import type { TransportOptions } from './transport-options.ts';
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
import { endOfPrefix } from './transport.ts';

/** How grpc-js words an answer that is not gRPC. */
const HTTP_STATUS = 'Received HTTP status code';
/** Connects and, if there are credentials, fetches a token. Without credentials nothing is sent yet. @throws {RequestFailed} */
export async function openGrpc(options: TransportOptions): Promise<Transport> {
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
  readonly #options: TransportOptions;
  readonly #kv: KVClient;
  readonly #cancellation: Cancellation;
  #member: Promise<Member> | undefined;
  #token: string | undefined;
  /** index of the endpoint to try first */
  #first = 0;

  constructor(options: TransportOptions) {
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

  async txn(request: TxnRequest): Promise<TxnResult> {
    this.#options.log(`etcd: txn ${named(request)}`);
    const { succeeded, header, responses } = await this.#kv.txn(txnMessage(request));
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
    const members = inTurn(endpoints, this.#first).map((endpoint) => new Member(endpoint, tls));
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

  #failure(member: Member, failure: Failure): RequestFailed {
    const { facts, requestTimeout } = this.#options;
    if (failure.details.startsWith(HTTP_STATUS)) return noEtcd(facts, member.endpoint, failure.details);
    if (UNDECIDED.has(failure.code)) this.#drop(member);
    return failureOf(failure, facts, member.endpoint, requestTimeout);
  }
}

type Aborted = { readonly type: 'aborted' };
type Failure = Extract<Reply<never>, { readonly type: 'error' }>;

function keyValue({ key, value, mod_revision }: IKeyValue): KeyValue {
  return { key: key.toString('utf8'), value: value.toString('utf8'), modRevision: mod_revision };
}

function named({ success }: TxnRequest): string {
  return success.map(({ type, key }) => `${type} ${key}`).join(', ');
}

function txnMessage({ compare, success, failure }: TxnRequest): ITxnRequest {
  return {
    compare: compare.map(({ key, target, equals }) => ({
      key: Buffer.from(key),
      result: 'Equal',
      ...(target === 'mod' ? { target: 'Mod', mod_revision: equals } : { target: 'Version', version: equals }),
    })),
    success: success.map(requestOp),
    failure: failure.map(requestOp),
  };
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
