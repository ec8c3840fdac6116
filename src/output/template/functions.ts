/** The functions that templates may call: Go's own (pkg.go.dev/text/template, "Functions"), and the Go calicoctl's. */
import { isEqual, isLess, isUnequal } from './compare.ts';
import { CallError } from './errors.ts';
import { escapeHtml, escapeJs, escapeQuery } from './escape.ts';
import { indexed, indirect, lengthOf, sliced } from './indexing.ts';
import { sortedEntries, sprint, sprintln } from './print-value.ts';
import { sprintf } from './printf.ts';
import type { Maybe } from './types.ts';
import { integer, text, truth } from './types.ts';

/** What a parameter takes: any value as it is, any value without the interface around it, or a value of the type. */
export type Parameter = 'value' | 'interface {}' | 'string' | 'int';

export interface GoFunction {
  readonly parameters: readonly Parameter[];
  /** takes any number of these after the others */
  readonly rest?: Parameter;
  /** @throws {CallError} */
  run(args: readonly Maybe[]): Maybe;
}

/** Whether Go's templates take a value for true: not false, 0, nil or empty. */
export function isTrue(value: Maybe): boolean {
  switch (value?.kind) {
    case undefined:
      return false;
    case 'bool':
      return value.data;
    case 'int':
      return value.data !== 0n;
    case 'float':
      return value.data !== 0;
    case 'complex':
      return value.data.real !== 0 || value.data.imaginary !== 0;
    case 'string':
      return value.data !== '';
    case 'slice':
      return value.data !== undefined && value.data.length > 0;
    case 'map':
      return value.data !== undefined && value.data.size > 0;
    case 'struct':
      return true;
    case 'pointer':
    case 'interface':
      return value.data !== undefined;
  }
}

/** A function of two values that answers yes or no. */
const test = (run: (left: Maybe, right: Maybe) => boolean): GoFunction => ({
  parameters: ['value', 'value'],
  run: ([left, right]) => truth(run(left, right)),
});
/** A function that makes one text of whatever it is given. */
const writer = (run: (values: readonly Maybe[]) => string): GoFunction => ({
  parameters: [],
  rest: 'interface {}',
  run: (values) => text(run(values)),
});
const ofValues = (run: (first: Maybe, others: readonly Maybe[]) => Maybe): GoFunction => ({
  parameters: ['value'],
  rest: 'value',
  run: ([first, ...others]) => run(first, others),
});

const BUILT_IN: ReadonlyMap<string, GoFunction> = new Map(
  Object.entries<GoFunction>({
    // The executor carries out these three: it stops at the argument that decides, and shows what is no function.
    and: ofValues((first) => first),
    or: ofValues((first) => first),
    call: ofValues((first) => first),
    not: { parameters: ['value'], run: ([value]) => truth(!isTrue(value)) },
    eq: ofValues((first, others) => truth(isEqual(first, others))),
    ne: test(isUnequal),
    lt: test(isLess),
    le: test((left, right) => isLess(left, right) || isEqual(left, [right])),
    gt: test((left, right) => !isLess(left, right) && !isEqual(left, [right])),
    ge: test((left, right) => !isLess(left, right)),
    len: { parameters: ['value'], run: ([item]) => integer(lengthOf(item)) },
    index: ofValues(indexed),
    slice: ofValues(sliced),
    print: writer(sprint),
    println: writer(sprintln),
    printf: {
      parameters: ['string'],
      rest: 'interface {}',
      run: ([format, ...values]) => text(sprintf(stringOf(format), values)),
    },
    html: writer((values) => escapeHtml(printed(values))),
    js: writer((values) => escapeJs(printed(values))),
    urlquery: writer((values) => escapeQuery(printed(values))),
    join: {
      parameters: ['interface {}', 'string'],
      run: ([items, separator]) => text(join(items, stringOf(separator), 0)),
    },
    joinAndTruncate: {
      parameters: ['interface {}', 'string', 'int'],
      run: ([items, separator, most]) =>
        text(join(items, stringOf(separator), most?.kind === 'int' ? Number(most.data) : 0)),
    },
  }),
);

/** The function table of one run. `config` answers `config "asnumber"`. */
export function functionTable(config: { readonly asnumber: string }): ReadonlyMap<string, GoFunction> {
  return new Map(BUILT_IN).set('config', {
    parameters: ['string'],
    run([name]) {
      if (stringOf(name).toLowerCase() !== 'asnumber') throw new CallError('unhandled config type');
      return text(config.asnumber);
    },
  });
}

function stringOf(value: Maybe): string {
  return value?.kind === 'string' ? value.data : '';
}

/** Pointers are printed as what they lead to. */
function printed(values: readonly Maybe[]): string {
  return sprint(values.map((value) => (value?.kind === 'pointer' ? indirect(value) : (value ?? text('<no value>')))));
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * The Go calicoctl's `join`: lists by their items, maps by `key=value` in the order of the keys, anything else as it is. With `most`
 * above 0 (bytes) it stops at the item that makes the text longer, and cuts that text to end in `...`.
 */
function join(items: Maybe, separator: string, most: number): string {
  if (items === undefined) return '';
  const parts =
    items.kind === 'slice'
      ? (items.data ?? []).map((item) => sprint([item]))
      : items.kind === 'map'
        ? sortedEntries(items.data).map(([key, item]) => `${key}=${sprint([item])}`)
        : [sprint([items])];
  if (most <= 0) return parts.join(separator);
  let joined = '';
  for (const [index, part] of parts.entries()) {
    joined += (index === 0 ? '' : separator) + part;
    const bytes = encoder.encode(joined);
    if (bytes.length > most) return `${decoder.decode(bytes.slice(0, Math.max(most - 3, 0)))}...`;
  }
  return joined;
}
