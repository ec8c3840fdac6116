import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../src/kinds/go-json.ts';
import { isJsonObject } from '../../../src/kinds/schema.ts';
import { baselineFrom, baselineJson } from '../../../src/operations/convert/journal-baseline.ts';
import type { NodeBaseline } from '../../../src/operations/convert/verdict.ts';

const read = (text: string): ReadonlyMap<string, NodeBaseline> => {
  const record = parseJson(text);
  if (!isJsonObject(record)) throw new Error(`no object: ${text}`);
  return baselineFrom(record, 7);
};

describe('baselineJson()', () => {
  const prefixes = Array.from({ length: 100 }, (_, index) => `10.1.${index}.0/26`);
  const baseline = new Map<string, NodeBaseline>([
    ...prefixes.map((own, index): [string, NodeBaseline] => [
      `node-${index}`,
      { prefixes: { ipv4: new Set(prefixes.filter((prefix) => prefix !== own)), ipv6: null }, extra: [] },
    ]),
    ['other', { prefixes: { ipv4: null, ipv6: new Set(['fd00::/122']) }, extra: ['mesh 10.0.0.9'] }],
  ]);

  it('is read back as it was', () => {
    expect(read(JSON.stringify(baselineJson(baseline)))).toEqual(baseline);
  });

  it('names a prefix that all but one see as often as one that two do not see', () => {
    const text = JSON.stringify(baselineJson(baseline));
    expect(text.split('"10.1.5.0/26"')).toHaveLength(3);
  });
});

describe('baselineFrom()', () => {
  it.each([
    '{}',
    '{"nodes":{"a":{"ipv4":null,"ipv6":null}}}',
    '{"nodes":{"a":{"ipv4":4,"ipv6":null}},"prefixes":{"ipv4":["10.1.0.0/26"]}}',
    '{"nodes":{"a":1}}',
    '{"nodes":{"a":{"ipv4":"4"}}}',
    '{"nodes":{"a":{"ipv4":{"without":[]}}}}',
    '{"nodes":{"a":{"ipv4":{"without":[1]}}},"prefixes":{"ipv4":["10.1.0.0/26"]}}',
    '{"nodes":{"a":{"ipv4":{}}},"prefixes":{"ipv4":["10.1.0.0/26"]}}',
  ])('refuses %s, of which too little would be asked', (text) => {
    expect(() => read(text)).toThrow('line 7 does not tell which prefixes the nodes saw');
  });
});
