/** Settings from environment variables, with the rules and words of the Go client (package envconfig). */
import { SettingsError } from '../datastore/settings.ts';
import type { ConnectionSpec } from '../datastore/settings.ts';
import { quote } from '../net/quote.ts';
import type { ConfigField, Given, GivenSpec } from './fields.ts';
import { CONFIG_FIELDS } from './fields.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads every field that has a variable. `context` is the value of `--context`: it stands for `K8S_CURRENT_CONTEXT`, and like it loses to
 * `CALICO_K8S_CURRENT_CONTEXT`.
 *
 * @throws {SettingsError} for a value that is not of its field's type
 */
export function readEnvironment(env: Environment, context: string | undefined): Given {
  const spec: GivenSpec = {};
  const origins = new Map<keyof ConnectionSpec, string>();
  for (const field of CONFIG_FIELDS) {
    const found = lookUp(field, env, context);
    if (found === undefined) continue;
    origins.set(field.name, found.origin);
    assign(spec, field, found.value);
  }
  return { spec, origins, warnings: [] };
}

/** The datastore type that the environment alone asks for, and the variable that says so; undefined when none does. */
export function environmentType(env: Environment): { readonly type: string; readonly variable: string } | undefined {
  for (const name of ['CALICO_DATASTORE_TYPE', 'DATASTORE_TYPE']) {
    const type = env[name];
    if (type !== undefined && type !== '') return { type, variable: name };
    if (type !== undefined) break;
  }
  for (const name of ['CALICO_ETCD_ENDPOINTS', 'ETCD_ENDPOINTS']) {
    const endpoints = env[name];
    if (endpoints !== undefined && endpoints !== '') return { type: 'etcdv3', variable: name };
    if (endpoints !== undefined) break;
  }
  return undefined;
}

function lookUp(field: ConfigField, env: Environment, context: string | undefined) {
  for (const name of field.env) {
    if (name === 'K8S_CURRENT_CONTEXT' && context !== undefined && context !== '') {
      return { value: context, origin: '--context' };
    }
    const value = env[name];
    if (value !== undefined) return { value, origin: name };
  }
  return undefined;
}

function assign(spec: GivenSpec, field: ConfigField, value: string): void {
  switch (field.type) {
    case 'string':
      spec[field.name] = value;
      return;
    case 'bool':
      spec[field.name] = parseBool(value) ?? fail(field, value, 'ParseBool', 'invalid syntax');
      return;
    case 'float32':
      spec[field.name] = parseFloat32(value) ?? fail(field, value, 'ParseFloat', 'invalid syntax');
      if (!Number.isFinite(spec[field.name]) && /\d/.test(value))
        fail(field, value, 'ParseFloat', 'value out of range');
      return;
    case 'int': {
      const number = parseInteger(value) ?? fail(field, value, 'ParseInt', 'invalid syntax');
      if (number < -(2n ** 63n) || number >= 2n ** 63n) fail(field, value, 'ParseInt', 'value out of range');
      spec[field.name] = Number(number);
    }
  }
}

function fail(field: ConfigField, value: string, parser: string, reason: string): never {
  const details = `strconv.${parser}: parsing ${quote(value)}: ${reason}`;
  const assigning = `assigning ${field.env[0]} to ${field.go}`;
  throw new SettingsError(
    `failed to load config from env vars: envconfig.Process: ${assigning}: converting '${value}' to type ${field.type}. details: ${details}`,
  );
}

const TRUE: readonly string[] = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE: readonly string[] = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** Go's `strconv.ParseBool`; undefined where that fails. */
function parseBool(value: string): boolean | undefined {
  if (TRUE.includes(value)) return true;
  return FALSE.includes(value) ? false : undefined;
}

/** Go's `strconv.ParseFloat(value, 32)` without hexadecimal mantissas; undefined where that fails for its syntax. */
function parseFloat32(value: string): number | undefined {
  if (/^[+-]?inf(inity)?$/i.test(value)) return value.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(value)) return Number.NaN;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Math.fround(Number(value)) : undefined;
}

const INTEGER = /^([+-]?)(0[xX](?:_?[\da-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?\d)*)$/;

/** Go's `strconv.ParseInt(value, 0, 64)` before its range check: decimal, or with the prefix `0x`, `0b`, `0o` or `0`. */
function parseInteger(value: string): bigint | undefined {
  const [, sign, digits = ''] = INTEGER.exec(value) ?? [];
  if (digits === '') return undefined;
  const magnitude = BigInt(digits.replaceAll('_', '').replace(/^0(?=[0-7])/, '0o'));
  return sign === '-' ? -magnitude : magnitude;
}
