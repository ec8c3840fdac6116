/**
 * What every node saw, as it stands in a journal. Nearly all nodes see the same prefixes: they are written once, and of each node those that it
 * did not see.
 */
import { FAMILIES } from '../../bgp/model.ts';
import type { Family } from '../../bgp/model.ts';
import { isJsonObject } from '../../kinds/schema.ts';
import type { Json, JsonObject } from '../../kinds/schema.ts';
import type { Baseline } from './gate.ts';
import type { Measure, NodeBaseline } from './verdict.ts';

/** `{"prefixes": {"ipv4": [PREFIX]}, "nodes": {NAME: {"ipv4": {"without": [PREFIX]}, "ipv6": null, "extra": [SESSION]}}}` */
export function baselineJson(baseline: Baseline): JsonObject {
  const all: Record<Family, Set<string>> = { ipv4: new Set(), ipv6: new Set() };
  for (const { prefixes } of baseline.values())
    for (const family of FAMILIES) {
      const seen = prefixes[family];
      for (const prefix of seen ?? []) all[family].add(prefix);
    }
  const told = (seen: Measure, family: Family): Json =>
    seen === null ? null : { without: [...all[family]].filter((prefix) => !seen.has(prefix)) };
  const nodes = [...baseline].map(([node, { prefixes, extra }]): [string, Json] => [
    node,
    {
      ipv4: told(prefixes.ipv4, 'ipv4'),
      ipv6: told(prefixes.ipv6, 'ipv6'),
      ...(extra.length === 0 ? {} : { extra: [...extra] }),
    },
  ]);
  return { prefixes: { ipv4: [...all.ipv4].sort(), ipv6: [...all.ipv6].sort() }, nodes: Object.fromEntries(nodes) };
}

/** @throws {TypeError} when it is not what {@link baselineJson} makes; `line` is named then */
export function baselineFrom(record: JsonObject, line: number): Baseline {
  const wrong = (): never => {
    throw new TypeError(`line ${line} does not tell which prefixes the nodes saw`);
  };
  const { nodes, prefixes: all } = record;
  if (!isJsonObject(nodes) || !isJsonObject(all)) return wrong();
  const texts = (value: Json | undefined): readonly string[] => {
    const list: readonly unknown[] = Array.isArray(value) ? value : wrong();
    return list.map((item) => (typeof item === 'string' ? item : wrong()));
  };
  const lists = new Map<Family, readonly string[]>();
  const allOf = (family: Family): readonly string[] => {
    const known = lists.get(family) ?? texts(all[family]);
    lists.set(family, known);
    return known;
  };
  const seenOf = (seen: Json | undefined, family: Family): Measure => {
    if (seen === undefined || seen === null) return null;
    const without = new Set(texts(isJsonObject(seen) ? seen['without'] : undefined));
    return new Set(allOf(family).filter((prefix) => !without.has(prefix)));
  };
  return new Map(
    Object.entries(nodes).map(([node, told]): [string, NodeBaseline] => {
      if (!isJsonObject(told)) return wrong();
      const { ipv4, ipv6, extra = [] } = told;
      return [node, { prefixes: { ipv4: seenOf(ipv4, 'ipv4'), ipv6: seenOf(ipv6, 'ipv6') }, extra: texts(extra) }];
    }),
  );
}
