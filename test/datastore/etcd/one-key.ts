/** A fake etcd for the logic of lost answers. */
import type {
  KeyValue,
  RangeRequest,
  RangeResult,
  Transport,
  TxnRequest,
  TxnResult,
} from '../../../src/datastore/etcd/transport.ts';
import { RequestFailed } from '../../../src/datastore/etcd/transport.ts';
import { ServerError } from '../../../src/datastore/errors.ts';

/** What happens to one request: it is answered, it or its answer is lost, or it fails; and what others do before the next one. */
export type Fate =
  | { readonly type: 'answered' | 'request lost' | 'answer lost' | 'late' | 'refused'; readonly meanwhile?: () => void }
  | { readonly type: 'thrown'; readonly error: Error };

/** A store of one key in memory. It uses up the fates in order; asked more often than there are fates, it complains. */
export class OneKey implements Transport {
  /** by revision; as in etcd the first write makes revision 2, and 0 means the present */
  readonly history: (KeyValue | undefined)[] = [undefined, undefined];
  readonly requests: string[] = [];
  readonly fates: Fate[];

  constructor(value: string | undefined, fates: readonly Fate[]) {
    this.fates = [...fates];
    if (value !== undefined) this.put(value);
  }

  get current(): KeyValue | undefined {
    return this.history.at(-1);
  }

  put(value: string): void {
    this.history.push({ key: 'k', value, modRevision: String(this.history.length) });
  }

  remove(): void {
    this.history.push(undefined);
  }

  range({ revision }: RangeRequest): Promise<RangeResult> {
    return this.#request(revision === undefined ? 'range' : `range at ${revision}`, () => {
      const entry = Number(revision ?? 0) <= 0 ? this.current : this.history[Number(revision)];
      return { entries: entry === undefined ? [] : [entry], revision: String(this.history.length - 1) };
    });
  }

  txn({ compare, success }: TxnRequest): Promise<TxnResult> {
    const [operation] = success;
    return this.#request(operation?.type ?? 'nothing', () => {
      const before = this.current;
      const holds = compare.every(({ target, equals }) =>
        target === 'mod' ? (before?.modRevision ?? '0') === equals : (before === undefined ? '0' : '1') === equals,
      );
      if (holds && operation?.type === 'put') this.put(operation.value);
      if (holds && operation?.type === 'delete' && before !== undefined) this.remove();
      const entries = holds && operation?.type === 'put' ? [[]] : [before === undefined ? [] : [before]];
      return { succeeded: holds, revision: String(this.history.length - 1), entries };
    });
  }

  close(): void {
    throw new Error('nobody closes it');
  }

  #request<T>(name: string, run: () => T): Promise<T> {
    this.requests.push(name);
    const fate = this.fates.shift();
    if (fate === undefined) return Promise.reject(new Error(`unexpected request: ${name}`));
    if (fate.type === 'thrown') return Promise.reject(fate.error);
    const answer = fate.type === 'request lost' || fate.type === 'refused' ? undefined : run();
    fate.meanwhile?.();
    if (fate.type === 'answered' && answer !== undefined) return Promise.resolve(answer);
    const outcomes = { refused: 'nothing-done', late: 'late', answered: 'lost' } as const;
    const kind = fate.type === 'request lost' || fate.type === 'answer lost' ? 'lost' : outcomes[fate.type];
    const report = (note?: string) => new ServerError(note === undefined ? fate.type : `${fate.type}; ${note}`);
    return Promise.reject(new RequestFailed(kind, report));
  }
}
