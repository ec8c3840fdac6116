/**
 * etcd over its JSON gateway: far less to load than gRPC, and the same answers. Not every etcd has it, and it does not serve every client: what serves
 * is found out by reading. Until a first answer of etcd came through it, a refusal leads to gRPC instead; after that it stays in use.
 */
import { Cancellation } from './cancellation.ts';
import { lost, notAuthenticated, timedOut, unreachable } from './errors.ts';
import type { Ending, Exchange } from './gateway-member.ts';
import { GatewayMember, RANGE } from './gateway-member.ts';
import type { Message } from './gateway-messages.ts';
import {
  errorIn,
  isFromEtcd,
  parseMessage,
  rangeMessage,
  rangeResult,
  txnMessage,
  txnResult,
} from './gateway-messages.ts';
import { connectLimits, firstToConnect, inTurn } from './reach.ts';
import type { Limits, Reachable } from './reach.ts';
import { AUTH_IS_OFF, failureOf, STALE_TOKEN, UNAVAILABLE, UNDECIDED } from './server-codes.ts';
import type { TransportOptions } from './transport-options.ts';
import type { RangeRequest, RangeResult, Transport, TxnRequest, TxnResult } from './transport.ts';

/** A read that costs nothing: no key is a zero byte. */
const NOTHING = JSON.stringify({ key: 'AA==' });
const TXN = '/v3/kv/txn';
const AUTHENTICATE = '/v3/auth/authenticate';

/** The gateway is not there, or not for this client. Nothing was written. */
class NotServed extends Error {}

/**
 * Fetches a token if there are credentials; without, nothing is sent yet.
 * @param openInstead opens the transport for servers and clients that the gateway does not serve
 * @throws {RequestFailed}
 */
export async function openGateway(
  options: TransportOptions,
  openInstead: (options: TransportOptions) => Promise<Transport>,
): Promise<Transport> {
  const transport = new GatewayTransport(options, openInstead);
  try {
    await transport.open();
  } catch (error) {
    transport.close();
    throw error;
  }
  return transport;
}

/** An answer, whatever it says, and whose it is. */
interface Answered {
  readonly member: GatewayMember;
  readonly ending: Ending;
}

class GatewayTransport implements Transport {
  readonly #options: TransportOptions;
  readonly #openInstead: (options: TransportOptions) => Promise<Transport>;
  readonly #cancellation: Cancellation;
  readonly #members = new Map<string, Promise<GatewayMember>>();
  /** the member that answered last */
  #member: GatewayMember | undefined;
  #instead: Promise<Transport> | undefined;
  /** etcd answered through the gateway */
  #serves = false;
  #token: string | undefined;
  /** index of the endpoint to try first */
  #first = 0;
  #closed = false;

  constructor(options: TransportOptions, openInstead: (options: TransportOptions) => Promise<Transport>) {
    this.#options = options;
    this.#openInstead = openInstead;
    this.#cancellation = new Cancellation(options.signal);
  }

  /** Exchanges user name and password for a token, if there are any. */
  async open(): Promise<void> {
    if (this.#options.user === undefined) return;
    try {
      await this.#authenticate();
    } catch (error) {
      if (!(error instanceof NotServed)) throw error;
      await this.#otherTransport();
    }
  }

  range(request: RangeRequest): Promise<RangeResult> {
    const { key, prefix = false, revision } = request;
    return this.#through(
      async () => {
        this.#options.log(`etcd: range ${key}${prefix ? '*' : ''}${revision === undefined ? '' : ` at ${revision}`}`);
        return rangeResult(await this.#request(RANGE, rangeMessage(request), { repeatable: true }));
      },
      (instead) => instead.range(request),
    );
  }

  txn(request: TxnRequest): Promise<TxnResult> {
    return this.#through(
      async () => {
        this.#options.log(`etcd: txn ${named(request)}`);
        const repeatable = readsOnly(request.success) && readsOnly(request.failure);
        return txnResult(await this.#request(TXN, txnMessage(request), { repeatable }));
      },
      (instead) => instead.txn(request),
    );
  }

  close(): void {
    this.#closed = true;
    this.#cancellation.close();
    for (const opening of this.#members.values()) opening.then((member) => member.close(), ignore);
    this.#instead?.then((transport) => transport.close(), ignore);
  }

  async #through<T>(run: () => Promise<T>, runInstead: (instead: Transport) => Promise<T>): Promise<T> {
    if (this.#instead === undefined) {
      try {
        return await run();
      } catch (error) {
        if (!(error instanceof NotServed)) throw error;
      }
    }
    return runInstead(await this.#otherTransport());
  }

  #otherTransport(): Promise<Transport> {
    if (this.#instead === undefined) {
      this.#options.log('etcd: the JSON gateway does not serve, going on with gRPC');
      this.#instead = this.#openInstead(this.#options);
      // A failure to open is that of the request; the next one tries again.
      this.#instead.catch(() => {
        this.#instead = undefined;
      });
    }
    return this.#instead;
  }

  async #authenticate(): Promise<void> {
    const { user, facts, log } = this.#options;
    if (user === undefined) return;
    const message = { name: user.name, password: user.password };
    const { member, ending } = await this.#send(AUTHENTICATE, JSON.stringify(message), true, undefined);
    const answer = this.#judged(member, ending);
    const problem = errorIn(answer);
    if (problem === undefined) {
      const { token } = answer;
      this.#token = typeof token === 'string' ? token : undefined;
    } else if (problem.details === AUTH_IS_OFF) {
      log('etcd: user and password are not needed: authentication is not enabled');
    } else if (UNDECIDED.has(problem.code)) {
      throw this.#failure(member, problem);
    } else {
      throw notAuthenticated(facts, member.endpoint, problem.details);
    }
  }

  /** @throws {RequestFailed}, {NotServed} */
  async #request(path: string, message: Message, { repeatable }: { readonly repeatable: boolean }): Promise<Message> {
    const body = JSON.stringify(message);
    for (let renewed = false; ; renewed = true) {
      const { member, ending } = await this.#send(path, body, repeatable, this.#token);
      const answer = this.#judged(member, ending);
      const problem = errorIn(answer);
      if (problem === undefined) return answer;
      if (renewed || !STALE_TOKEN.has(problem.details)) throw this.#failure(member, problem);
      this.#options.log('etcd: the token is no longer good, fetching another');
      await this.#authenticate();
    }
  }

  /** Sends a request to the member in use, when it can be reached; else to any other. What is repeatable finds that out by itself. */
  async #send(path: string, body: string, repeatable: boolean, token: string | undefined): Promise<Answered> {
    const { requestTimeout, signal } = this.#options;
    const cancellation = this.#cancellation;
    signal.throwIfAborted();
    const deadline = requestTimeout > 0 ? Date.now() + requestTimeout : undefined;
    const limits = connectLimits(deadline);
    const toMember = (member: GatewayMember): Promise<Answered> => {
      const exchange = member.post(path, body, { token, deadline, connectBy: limits.connectBy, cancellation });
      return exchange.done.then((ending) => ({ member, ending }));
    };
    if (this.#member !== undefined) {
      const answered = await toMember(this.#member);
      const { ending } = answered;
      if (ending.type !== 'broken' || ending.sent) return answered;
      this.#drop(answered.member);
    }
    if (repeatable) return this.#reach(path, body, token, deadline, limits);
    // Whether the gateway serves must be known before anything is written through it.
    const probed = await this.#reach(RANGE, NOTHING, token, deadline, limits);
    this.#judged(probed.member, probed.ending);
    return toMember(probed.member);
  }

  /** Sends a read to the endpoints, one after the other as long as none answers. */
  async #reach(
    path: string,
    body: string,
    token: string | undefined,
    deadline: number | undefined,
    { connectBy, diagnoseBy }: Limits,
  ): Promise<Answered> {
    const { endpoints, tls, signal, facts, log } = this.#options;
    const cancellation = this.#cancellation;
    const members = await Promise.all(inTurn(endpoints, this.#first).map((endpoint) => this.#memberOf(endpoint)));
    const options = { token, deadline, connectBy, cancellation };
    const attempts = members.map((member) => new Attempt(member, path, body, options));
    const winner = await firstToConnect(attempts, connectBy);
    for (const attempt of attempts) if (attempt !== winner) attempt.abandon();
    signal.throwIfAborted();
    if (winner !== undefined) {
      const { member } = winner;
      if (this.#member !== member) log(`etcd: connected to ${member.endpoint.url}`);
      this.#member = member;
      return { member, ending: await winner.ending() };
    }
    const { diagnose } = await import('./diagnose.ts');
    const limit = Math.max(diagnoseBy - Date.now(), 0);
    const tried = await Promise.all(
      endpoints.map(async (endpoint) => ({ endpoint, diagnosis: await diagnose(endpoint, tls, limit, signal) })),
    );
    signal.throwIfAborted();
    if (!this.#serves && tried.some(({ diagnosis }) => diagnosis.answersHttp2)) throw new NotServed();
    throw unreachable(facts, tried);
  }

  #memberOf(endpoint: TransportOptions['endpoints'][number]): Promise<GatewayMember> {
    const known = this.#members.get(endpoint.url);
    if (known !== undefined) return known;
    const opening = GatewayMember.open(endpoint, this.#options.tls, this.#options.quickHttp);
    this.#members.set(endpoint.url, opening);
    if (this.#closed) opening.then((member) => member.close(), ignore);
    return opening;
  }

  /** Leaves a member that failed; the next request begins with the next endpoint. */
  #drop(member: GatewayMember): void {
    if (this.#member !== member) return;
    const { endpoints } = this.#options;
    this.#first = (endpoints.indexOf(member.endpoint) + 1) % endpoints.length;
    this.#member = undefined;
  }

  /** What a member answered, if it is etcd's. @throws {RequestFailed}, {NotServed} */
  #judged(member: GatewayMember, ending: Ending): Message {
    const { facts, requestTimeout, signal } = this.#options;
    switch (ending.type) {
      case 'aborted':
        signal.throwIfAborted();
        throw new TypeError('a request was aborted that nobody aborted');
      case 'late':
        this.#drop(member);
        throw timedOut(facts, member.endpoint, requestTimeout);
      case 'broken':
        this.#drop(member);
        throw lost(facts, member.endpoint);
      case 'answer': {
        const answer = parseMessage(ending.text);
        const problem = answer && errorIn(answer);
        const serves =
          problem === undefined
            ? answer !== undefined && isFromEtcd(answer)
            : ending.status !== 404 && ending.status !== 503 && problem.code !== UNAVAILABLE;
        if (serves) this.#serves = true;
        else if (!this.#serves) throw new NotServed();
        if (answer !== undefined && (problem !== undefined || isFromEtcd(answer))) return answer;
        // Something between here and etcd answered in its place.
        this.#drop(member);
        throw lost(facts, member.endpoint);
      }
    }
  }

  #failure(member: GatewayMember, problem: { readonly code: number; readonly details: string }): Error {
    if (UNDECIDED.has(problem.code)) this.#drop(member);
    return failureOf(problem, this.#options.facts, member.endpoint, this.#options.requestTimeout);
  }
}

/** A read that shows whether a member can be reached. When its answer takes long, a read that costs nothing tells whether there is anybody at all. */
class Attempt implements Reachable {
  readonly member: GatewayMember;
  readonly #start: (path: string, body: string) => Exchange;
  readonly #path: string;
  readonly #body: string;
  #exchange: Exchange | undefined;
  #probe: Exchange | undefined;

  constructor(member: GatewayMember, path: string, body: string, options: Parameters<GatewayMember['post']>[2]) {
    this.member = member;
    this.#path = path;
    this.#body = body;
    this.#start = (to, content) => member.post(to, content, options);
  }

  async connect(deadline: number): Promise<boolean> {
    const exchange = this.#start(this.#path, this.#body);
    this.#exchange = exchange;
    const time = Math.max(deadline - Date.now(), 0);
    return new Promise((resolve) => {
      const settle = (reached: boolean): void => {
        clearTimeout(probeTimer);
        clearTimeout(endTimer);
        resolve(reached);
      };
      const probeTimer = setTimeout(() => {
        this.#probe = this.#start(RANGE, NOTHING);
        void this.#probe.answered.then((reached) => reached && settle(true));
      }, time / 2);
      const endTimer = setTimeout(() => settle(false), time);
      void exchange.answered.then(settle);
    });
  }

  /** How the read ended that was begun. */
  async ending(): Promise<Ending> {
    const ending = await this.#exchange?.done;
    this.#probe?.abandon();
    return ending ?? { type: 'broken', sent: false, code: '' };
  }

  abandon(): void {
    this.#exchange?.abandon();
    this.#probe?.abandon();
  }
}

function named({ success }: TxnRequest): string {
  return success.map(({ type, key }) => `${type} ${key}`).join(', ');
}

function readsOnly(operations: TxnRequest['success']): boolean {
  return operations.every(({ type }) => type === 'range');
}

function ignore(): void {
  return undefined;
}
