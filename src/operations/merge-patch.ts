/** The three ways to patch a JSON document. */
import type { Json, JsonObject } from '../kinds/schema.ts';
import { isJsonObject } from '../kinds/schema.ts';

/** Lists that a strategic merge patch merges instead of replacing, with the key of their items (ObjectMeta's patch tags). */
const MERGED_LISTS: Readonly<Record<string, string | undefined>> = {
  'metadata.ownerReferences': 'uid',
  'metadata.finalizers': '',
};

/** JSON merge patch (RFC 7396). */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const out = members(target);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || value === undefined) out.delete(key);
    else out.set(key, mergePatch(out.get(key), value));
  }
  return Object.fromEntries(out);
}

/**
 * Strategic merge patch as Kubernetes defines it for types whose only merged lists are finalizers and owner references: objects merge, null
 * deletes, lists are replaced, and the directives `$patch`, `$retainKeys`, `$setElementOrder/…` and `$deleteFromPrimitiveList/…` are obeyed.
 */
export function strategicPatch(target: Json | undefined, patch: JsonObject, path = ''): Json {
  const { $patch: directive, $retainKeys: retained, ...fields } = patch;
  if (directive === 'replace') return withoutDirectives(fields);
  if (directive === 'delete') return {};
  const out = members(target);
  if (Array.isArray(retained)) for (const key of out.keys()) if (!retained.includes(key)) out.delete(key);
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined || key.startsWith('$setElementOrder/')) continue;
    if (key.startsWith('$deleteFromPrimitiveList/')) {
      const name = key.slice(key.indexOf('/') + 1);
      const list = out.get(name);
      if (Array.isArray(list) && Array.isArray(value))
        out.set(
          name,
          list.filter((item: Json) => !value.includes(item)),
        );
      continue;
    }
    const here = path === '' ? key : `${path}.${key}`;
    if (value === null) out.delete(key);
    else if (isJsonObject(value)) out.set(key, strategicPatch(out.get(key), value, here));
    else out.set(key, Array.isArray(value) ? mergedList(out.get(key), value, MERGED_LISTS[here]) : value);
  }
  return Object.fromEntries(out);
}

/** The members of an object, none for anything else. A map, because assigning to a key `__proto__` of an object does not make a member. */
function members(target: Json | undefined): Map<string, Json | undefined> {
  return new Map(isJsonObject(target) ? Object.entries(target) : []);
}

function withoutDirectives(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** `key` undefined: the list is replaced; empty: a set of scalars; else objects that are told apart by that key. */
function mergedList(target: Json | undefined, patch: readonly Json[], key: string | undefined): Json {
  if (key === undefined || !Array.isArray(target))
    return patch.filter((item) => !isJsonObject(item) || item['$patch'] !== 'delete');
  const existing: readonly Json[] = target;
  const out = [...existing];
  if (key === '') return [...out, ...patch.filter((item) => !out.includes(item))];
  for (const item of patch) {
    if (!isJsonObject(item)) continue;
    const index = out.findIndex((candidate) => isJsonObject(candidate) && candidate[key] === item[key]);
    if (item['$patch'] === 'delete') {
      if (index >= 0) out.splice(index, 1);
    } else if (index >= 0) out[index] = strategicPatch(out[index], item);
    else out.push(item);
  }
  return out;
}
