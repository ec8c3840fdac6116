import type { Resource } from '../kinds/resource.ts';
import { resourceJson } from '../kinds/resource.ts';
import type { Json } from '../kinds/schema.ts';
import { isJsonObject } from '../kinds/schema.ts';
import { nearestName } from '../manifests/nearest.ts';
import { OperationError } from './errors.ts';

/**
 * Objects by the value at a JSON path such as `.spec.cidr` or `{.metadata.name}` (kubectl's `--sort-by`): numbers by size, text bytewise, objects
 * without the value first. Stable.
 * @throws {OperationError} when the path cannot be read, or there are objects and none has it, in kubectl's words
 */
export function sortObjects(items: readonly Resource[], path: string): readonly Resource[] {
  const steps = stepsOf(path);
  const keyed = items.map((item) => ({ item, key: valueAt(resourceJson(item), steps) }));
  if (items.length > 0 && keyed.every(({ key }) => key === undefined)) throw nowhere(items, path, steps);
  return keyed.sort((a, b) => compare(a.key, b.key)).map(({ item }) => item);
}

function nowhere(items: readonly Resource[], path: string, steps: readonly string[]): OperationError {
  const known = new Set(items.flatMap((item) => pathsIn(resourceJson(item), '')));
  const near = nearestName(`.${steps.join('.')}`, [...known]);
  return new OperationError(
    `couldn't find any field with path "${path}" in the list of objects`,
    near === undefined ? [] : [`did you mean ${near}?`],
  );
}

/** Paths of the fields of an object, and of those in them. */
function pathsIn(value: Json, before: string): readonly string[] {
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = `${before}.${key.replaceAll('.', '\\.')}`;
    return [path, ...(inner === undefined ? [] : pathsIn(inner, path))];
  });
}

function stepsOf(path: string): readonly string[] {
  const plain = path
    .trim()
    .replace(/^\{(.*)\}$/s, '$1')
    .replace(/^\$/, '');
  if (!/^\.?(?:[\w/-]|\\\.)+(?:\.(?:[\w/-]|\\\.)+|\[\d+\]|\['[^']+'\])*$/.test(plain)) {
    throw new OperationError(`invalid --sort-by path '${path}'`, ['write a path such as .metadata.name or .spec.cidr']);
  }
  return [...plain.matchAll(/\['([^']+)'\]|\[(\d+)\]|((?:[^.[\\]|\\\.)+)/g)].map(
    (match) => match[1] ?? match[2] ?? (match[3] ?? '').replaceAll('\\.', '.'),
  );
}

function valueAt(value: Json | undefined, steps: readonly string[]): Json | undefined {
  let current = value;
  for (const step of steps) {
    if (Array.isArray(current)) current = (current as readonly Json[])[Number(step)];
    else if (isJsonObject(current)) current = current[step];
    else return undefined;
  }
  return current;
}

function compare(a: Json | undefined, b: Json | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [textOf(a), textOf(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
