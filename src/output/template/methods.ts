/** The methods of the Go client's types that templates may call: `.GetName`, `.Spec.ASNumber.String`. */
import type { Maybe, Value } from './types.ts';
import { fieldOf, text } from './types.ts';

/** Structs with a method `Get…` for every field. */
const WITH_GETTERS: ReadonlySet<string> = new Set(['v1.ObjectMeta', 'v1.ListMeta']);

/** What a method without parameters answers; undefined when the value has no such method. */
export function callMethod(value: Value, name: string): Maybe {
  if (name === 'String') {
    const { string, pointerString } = value.kind === 'pointer' ? value.type.to : value.type;
    if (pointerString !== undefined) return text(pointerString(value.kind === 'pointer' ? value.data : value));
    return string === undefined || value.kind === 'pointer' ? undefined : text(string(value));
  }
  if (value.kind !== 'struct' || !name.startsWith('Get')) return undefined;
  const metadata = WITH_GETTERS.has(value.type.name)
    ? value
    : value.type.fields
        .map(({ type, embedded }, index) => (embedded && WITH_GETTERS.has(type.name) ? value.data(index) : undefined))
        .find((part) => part !== undefined);
  return metadata === undefined ? undefined : fieldOf(metadata, name.slice('Get'.length));
}
