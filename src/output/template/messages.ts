/** The String methods that Kubernetes generates for its protocol buffer messages, which Go's templates print instead of the fields. */
import { PLAIN } from './flags.ts';
import { printValue, sortedEntries } from './print-value.ts';
import type { StructType, Value } from './types.ts';

/** Messages whose fields are numbered in another order than the Go struct has them. */
const ORDERS: Readonly<Record<string, readonly string[]>> = {
  OwnerReference: ['Kind', 'Name', 'UID', 'APIVersion', 'Controller', 'BlockOwnerDeletion'],
};

/** Whether a type is such a message: the structs of Kubernetes are, those of Calico are not. */
export function isMessage(name: string): boolean {
  return name.startsWith('v1.');
}

/** `&TypeMeta{Kind:IPPool,APIVersion:projectcalico.org/v3,}`, or `nil`. */
export function messageString(value: Value | undefined): string {
  if (value?.kind !== 'struct') return 'nil';
  const { type } = value;
  const parts = fieldOrder(type).map((index) => `${type.fields[index]?.name ?? ''}:${part(value.data(index))},`);
  return `&${bareName(type.name)}{${parts.join('')}}`;
}

const bareName = (name: string): string => name.slice(name.indexOf('.') + 1);

function fieldOrder({ name, fields }: StructType): readonly number[] {
  const order = ORDERS[bareName(name)];
  if (order === undefined) return fields.map((_, index) => index);
  return order.map((wanted) => fields.findIndex((field) => field.name === wanted));
}

function part(value: Value): string {
  switch (value.kind) {
    case 'pointer': {
      const { to } = value.type;
      if (to.pointerString !== undefined) return to.pointerString(value.data);
      if (to.string !== undefined) return printValue(value, 'v', PLAIN, 1);
      return value.data === undefined ? 'nil' : `*${printValue(value.data, 'v', PLAIN, 1)}`;
    }
    case 'struct':
      return value.type.pointerString === undefined
        ? printValue(value, 'v', PLAIN, 1)
        : value.type.pointerString(value).replace('&', '');
    case 'slice': {
      const { item } = value.type;
      if (item.kind !== 'struct') return printValue(value, 'v', PLAIN, 1);
      const items = (value.data ?? []).map((inner) => `${part(inner)},`);
      return `[]${bareName(item.name)}{${items.join('')}}`;
    }
    case 'map': {
      const entries = sortedEntries(value.data).map(([key, item]) => `${key}: ${part(item)},`);
      return `${value.type.name}{${entries.join('')}}`;
    }
    default:
      return printValue(value, 'v', PLAIN, 1);
  }
}
