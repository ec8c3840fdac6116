/** Random values, the same ones in every run. */
import type { IntSchema, Json, JsonObject, Schema, StructSchema, TextSchema } from '../../src/kinds/schema.ts';
import { satisfiesTag } from '../../src/kinds/tags.ts';

/** Whole numbers from 0 to below the given one. */
export type Random = (below: number) => number;

export function randomNumbers(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const TEXTS = [
  'a',
  'all()',
  'global()',
  "role == 'db'",
  'role ==',
  'all(',
  '10.0.0.0/16',
  '10.0.0.1/16',
  '10.0.0.1',
  '10.0.0.1:179',
  '169.254.0.0/16',
  'fd00::/64',
  'fd00::1',
  '::ffff:10.0.0.1',
  '66:11:22:33:44:55',
  'eth0',
  '*',
  'A_1',
  'a.b',
  'a..b',
  'x/y/z',
  '/path',
  '1:1',
  '65536:65536:65536',
  '1m30s',
  'default',
  'Enabled',
  'TCP',
  '8080:80',
  '0',
  '',
  ' ',
  'é\u{1f600}\ud800',
  '\u0000\n',
  'long'.repeat(300),
  'constructor',
  '__proto__',
];
const INTEGERS = [0, 1, -1, 2, 4, 6, 24, 26, 58, 64, 122, 128, 250, 255, 300, 32766, 65535, 65536, 2 ** 31, 2 ** 32];
const MOST: Readonly<Record<string, number | undefined>> = { uint8: 255, uint16: 65535, int32: 2 ** 31 - 1 };
const HUGE = [9007199254740993n, -(2n ** 63n), 2n ** 64n];
const FLOATS = [0.5, -1e21, 1e-7, 1000000];
/** What codecs accept, and what they do not. */
const CODECS: Readonly<Record<string, readonly [readonly Json[], readonly Json[]] | undefined>> = {
  'numorstring.ASNumber': [
    [64512, '1.1', 4294967295],
    ['x', -1],
  ],
  'v1.Duration': [
    ['1m30s', '1.5h', '-1s'],
    ['90', ''],
  ],
  'numorstring.Port': [
    [80, '8000:8080', 'http', 0, '0:1', 'HTTP'],
    [70000, '2:1'],
  ],
  'numorstring.Protocol': [['TCP', 'ICMP', 'ICMPv6', 6, 1, 58, 0, 'tcp'], [256]],
  'numorstring.DSCP': [[10, 'AF11'], [256]],
  'intstr.IntOrString': [[80, 'http'], [2 ** 31]],
  'v1.Time': [
    ['2024-02-29T23:59:58Z', '2024-02-29T23:59:58.5+01:00'],
    ['yesterday', ''],
  ],
};

/** Makes values of schemas' types, which the checks then may or may not like. */
export class RandomValues {
  readonly random: Random;
  constructor(seed: number) {
    this.random = randomNumbers(seed);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.random(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  times<T>(count: number, make: () => T): T[] {
    return Array.from({ length: count }, make);
  }

  /** A value of the schema's type, which the tags and the limits mostly like. */
  value(schema: Schema, tags: readonly string[] = []): Json {
    switch (schema.type) {
      case 'pointer':
        return this.value(schema.to, tags);
      case 'text':
        return this.text(schema, tags);
      case 'bool':
        return this.random(2) === 0;
      case 'int':
        return this.integer(schema, tags);
      case 'float':
        return this.pick([...FLOATS, ...INTEGERS]);
      case 'codec': {
        const [good, bad] = CODECS[schema.go] ?? [TEXTS, TEXTS];
        return this.pick(this.random(30) === 0 ? bad : good);
      }
      case 'list':
        return this.times(this.random(3), () => this.value(schema.item, schema.itemTags));
      case 'map':
        return Object.fromEntries(
          this.times(this.random(3), () => [this.pick(TEXTS), this.value(schema.value)] as const),
        );
      case 'raw':
        return this.anything(2);
      case 'struct':
        return this.struct(schema);
    }
  }

  /** Some of the fields, about six of a struct that has many, and nearly always those that are needed. */
  struct({ fields }: StructSchema): JsonObject {
    const all = Object.entries(fields);
    const chance = Math.max(3.6 / all.length, 0.06);
    const chosen = all.filter(([, { required, tags = [], tagsOnZero }]) => {
      const needed = required ?? tagsOnZero ?? tags.includes('required');
      return this.random(1000) < (needed ? 970 : Math.min(chance, 0.6) * 1000);
    });
    return Object.fromEntries(chosen.map(([name, { schema, tags }]) => [name, this.value(schema, tags)]));
  }

  /** One of those that fit, if there are any; sometimes any. */
  private mostly<T>(items: readonly T[], fits: (item: T) => boolean): T {
    const fitting = this.random(16) === 0 ? [] : items.filter(fits);
    return this.pick(fitting.length > 0 ? fitting : items);
  }

  private text({ enum: words = [], pattern }: TextSchema, tags: readonly string[]): string {
    return this.mostly(
      [...TEXTS, ...words],
      (text) =>
        (words.length === 0 || words.includes(text)) &&
        (pattern?.test.test(text) ?? true) &&
        tags.every((tag) => tag === 'required' || satisfiesTag(tag, text)),
    );
  }

  private integer(
    { go, enum: values = [], min = -Infinity, max = Infinity }: IntSchema,
    tags: readonly string[],
  ): number {
    const most = MOST[go] ?? Infinity;
    const least = go.startsWith('u') ? 0 : -Infinity;
    return this.mostly(
      [...INTEGERS, ...values].filter((number) => number >= least && number <= most),
      (number) =>
        (values.length === 0 || values.includes(number)) &&
        number >= min &&
        number <= max &&
        tags.every((tag) => tag === 'required' || satisfiesTag(tag, number)),
    );
  }

  /** Any JSON. */
  anything(depth: number): Json {
    switch (this.random(depth > 0 ? 9 : 6)) {
      case 0:
        return null;
      case 1:
        return this.random(2) === 0;
      case 2:
        return this.pick<Json>([...INTEGERS, ...HUGE]);
      case 3:
        return this.pick(FLOATS);
      case 4:
      case 5:
        return this.pick(TEXTS);
      case 6:
        return this.times(this.random(4), () => this.anything(depth - 1));
      default:
        return Object.fromEntries(
          this.times(this.random(4), () => [this.pick(TEXTS), this.anything(depth - 1)] as const),
        );
    }
  }

  /** The value with about one in `rarity` of its parts replaced by anything, and some fields added. */
  damaged(value: Json, rarity: number): Json {
    if (this.random(rarity) === 0) return this.anything(2);
    if (Array.isArray(value)) return value.map((item: Json) => this.damaged(item, rarity));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, item]) => [key, this.damaged(item ?? null, rarity)] as const);
    if (this.random(rarity) === 0) entries.push([this.pick(TEXTS), this.anything(1)]);
    return Object.fromEntries(entries);
  }
}
