/** The schema of `<Kind>List`. */
import type { Kind } from '../kinds/kind.ts';
import { objectSchema } from '../kinds/object.ts';
import type { StructSchema } from '../kinds/schema.ts';
import { field, int, list, pointer, struct, text } from '../kinds/schema.ts';

const listMeta = struct('v1.ListMeta', {
  selfLink: field('SelfLink', text()),
  resourceVersion: field('ResourceVersion', text()),
  continue: field('Continue', text()),
  remainingItemCount: field('RemainingItemCount', pointer(int('int64'))),
});

const listSchemas = new WeakMap<Kind, StructSchema>();

/** What a list of objects of a kind is decoded by. */
export function listSchema(kind: Kind): StructSchema {
  let schema = listSchemas.get(kind);
  if (schema === undefined) {
    schema = struct(`${kind.pkg}.${kind.name}List`, {
      kind: field('Kind', text(), { embedded: 'TypeMeta' }),
      apiVersion: field('APIVersion', text(), { embedded: 'TypeMeta' }),
      metadata: field('ListMeta', listMeta),
      items: field('Items', list(objectSchema(kind))),
    });
    listSchemas.set(kind, schema);
  }
  return schema;
}
