/**
 * Requests and answers of etcd's JSON gateway (etcd documentation, "gRPC gateway"): the messages of etcd's protocol in protobuf's JSON form. Keys and
 * values are base64, 64-bit numbers are decimal strings, and what is zero, false or empty is left out.
 */
import type { KeyValue, Operation, RangeRequest, RangeResult, TxnRequest, TxnResult } from './transport.ts';
import { endOfPrefix } from './transport.ts';

/** A JSON object whose fields have to be looked at. */
export type Message = Readonly<Record<string, unknown>>;

export function rangeMessage({ key, prefix = false, revision }: RangeRequest): Message {
  const start = Buffer.from(key);
  return {
    key: base64(start),
    ...(prefix && { range_end: base64(endOfPrefix(start)) }),
    ...(revision !== undefined && { revision }),
  };
}

export function rangeResult(answer: Message): RangeResult {
  return { entries: keyValues(answer['kvs']), revision: revisionOf(answer) };
}

export function txnMessage({ compare, success, failure }: TxnRequest): Message {
  return {
    compare: compare.map(({ key, target, equals }) => ({
      key: base64(key),
      result: 'EQUAL',
      ...(target === 'mod' ? { target: 'MOD', mod_revision: equals } : { target: 'VERSION', version: equals }),
    })),
    success: success.map(operationMessage),
    failure: failure.map(operationMessage),
  };
}

export function txnResult(answer: Message): TxnResult {
  const succeeded = answer['succeeded'] === true;
  return { succeeded, revision: revisionOf(answer), entries: messages(answer['responses']).map(entriesOf) };
}

/** What etcd says is wrong: a code of gRPC and a text; undefined when it is no answer of that form. */
export function errorIn(answer: Message): { readonly code: number; readonly details: string } | undefined {
  const { code, message, error } = answer;
  const details = message ?? error;
  return typeof code === 'number' && typeof details === 'string' ? { code, details } : undefined;
}

/** Undefined when the text is no JSON object. */
export function parseMessage(text: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isMessage(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether an answer comes from etcd: every one has its header. */
export function isFromEtcd(answer: Message): boolean {
  return isMessage(answer['header']);
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function messages(value: unknown): readonly Message[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter(isMessage);
}

function messageIn(message: Message, field: string): Message {
  const value = message[field];
  return isMessage(value) ? value : {};
}

function textIn(message: Message, field: string, absent: string): string {
  const value = message[field];
  return typeof value === 'string' ? value : absent;
}

function revisionOf(answer: Message): string {
  return textIn(messageIn(answer, 'header'), 'revision', '0');
}

function entriesOf(response: Message): readonly KeyValue[] {
  const range = messageIn(response, 'response_range');
  return keyValues(range['kvs'] ?? messageIn(response, 'response_delete_range')['prev_kvs']);
}

function keyValues(list: unknown): readonly KeyValue[] {
  return messages(list).map((entry) => {
    const key = textIn(entry, 'key', '');
    return {
      // In a list hardly any key is looked at.
      get key() {
        return plain(key);
      },
      value: plain(textIn(entry, 'value', '')),
      modRevision: textIn(entry, 'mod_revision', '0'),
    };
  });
}

function operationMessage(operation: Operation): Message {
  const key = base64(operation.key);
  switch (operation.type) {
    case 'put':
      return { request_put: { key, value: base64(operation.value) } };
    case 'delete':
      return { request_delete_range: { key, prev_kv: true } };
    case 'range':
      return { request_range: { key } };
  }
}

function base64(content: string | Buffer): string {
  return Buffer.from(content).toString('base64');
}

function plain(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}
