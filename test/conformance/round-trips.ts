/** Conformance: what is stored comes back as it was given. */
import { describe, expect, it } from 'vitest';
import type { Metadata } from '../../src/kinds/resource.ts';
import { refOf } from '../../src/kinds/resource.ts';
import type { Opened, Traits } from './datastore.ts';
import { validFixtures } from './fixtures.ts';
import { authored, changed, peer } from './objects.ts';

/** Values that a careless writer of YAML, JSON or HTML would change. */
const DIFFICULT_TEXTS: Readonly<Record<string, string>> = {
  'a.empty': '',
  'b.blank': ' ',
  'c.edges': '  both sides  ',
  'd.boolean': 'true',
  'e.yes': 'yes',
  'f.null': 'null',
  'g.tilde': '~',
  'h.integer': '007',
  'i.float': '1.50',
  'j.exponent': '1e3',
  'k.hex': '0x1F',
  'l.date': '2024-01-01',
  'm.sexagesimal': '12:30:45',
  'n.markup': '<a href="x">&amp;</a> && !has(b)',
  'o.tag': '!has(x)',
  'p.anchor': '&a *b',
  'q.comment': 'a #b # c',
  'r.colon': 'a: b',
  's.dash': '- a',
  't.brackets': '[a, {b: c}]',
  'u.quotes': `'single' "double" \\back\\slash`,
  'v.lines': 'first\nsecond\n\nfourth',
  'w.trailing-lines': 'text\n\n\n',
  'x.indented-lines': '  indented\n\tand tabbed\r\nwith a carriage return',
  'y.separators': 'a\n---\nb\n...\nc',
  'z.unicode': 'Grüße, 世界 🦊 e\u0301 \u2028 \u2029 \u0085 \ufeff',
  'zz.long': `${'selector && '.repeat(40)}end`,
  'zz.percent': '%YAML 1.2',
  'zz.json': '{"a":[1,2,{"b":null}],"c":"\\u003c"}',
  constructor: 'constructor',
};

const IDENTITY = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12} \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

export function describeRoundTrips(current: () => Opened, traits: Traits): void {
  const store = () => current().datastore;

  describe('metadata', () => {
    const metadata: Metadata = {
      labels: {
        'example.com/role': 'edge',
        Empty: '',
        'number-like': '1',
        yes: 'true',
        'projectcalico.org/tier': 'default',
      },
      annotations: {
        ...DIFFICULT_TEXTS,
        'projectcalico.org/kube-thing': '{"a":"b"}',
        'operator.tigera.io/Owner': 'nobody',
        'Example.com/UPPER_case.key': 'kept',
      },
    };

    it('comes back from a create, in the answer and from get() and list()', async () => {
      const sent = peer('a', {}, metadata);
      const created = await store().create(sent);
      const expected = {
        kind: 'BGPPeer',
        apiVersion: 'projectcalico.org/v3',
        name: 'a',
        namespace: undefined,
        ...metadata,
      };
      expect(authored(created)).toEqual(expected);
      expect(authored(await store().get(refOf(sent)))).toEqual(expected);
      expect((await store().list({ kind: 'BGPPeer' })).items.map(authored)).toEqual([expected]);
    });

    it('comes back from an update', async () => {
      const created = await store().create(peer('a', {}, { labels: { before: 'x' } }));
      const updated = await store().update(changed(created, { metadata }));
      expect(authored(updated)).toMatchObject(metadata);
      expect(authored(await store().get(refOf(created)))).toEqual(authored(updated));
    });

    it('does not gain keys that nobody wrote', async () => {
      const created = await store().create(peer('a'));
      expect(created.metadata.labels).toBeUndefined();
      expect(created.metadata.annotations).toBeUndefined();
    });

    it(`has ${traits.serverSetsIdentity ? 'a' : 'the given'} uid and creationTimestamp`, async () => {
      const sent = peer('a');
      const { uid, creationTimestamp } = (await store().create(sent)).metadata;
      const given = `${sent.metadata.uid} ${sent.metadata.creationTimestamp}`;
      expect(`${uid} ${creationTimestamp}`).toMatch(traits.serverSetsIdentity ? IDENTITY : given);
    });
  });

  const { holds = () => true, nodeIsVirtual = false } = traits;
  const fixtures = validFixtures().filter(({ kind: { name } }) => holds(name) && !(nodeIsVirtual && name === 'Node'));
  if (fixtures.length > 0) describeFixtures();

  function describeFixtures(): void {
    describe('the example manifest', () => {
      it.each(fixtures)('$title comes back as it was given', async ({ resource }) => {
        if (resource.metadata.namespace !== undefined)
          await current().ensureNamespaces?.([resource.metadata.namespace]);
        const created = await store().create(resource);
        expect(authored(created)).toEqual(authored(resource));
        // A server that validates may add defaults to the spec, and keeps a status for other writers.
        const { spec, status } = resource;
        const given = Object.fromEntries(Object.keys(spec).map((key) => [key, created.spec[key]]));
        const { serverValidates } = store();
        expect(serverValidates ? { spec: given } : { spec: created.spec, status: created.status }).toEqual(
          serverValidates ? { spec } : { spec, status },
        );
        expect(await store().get(refOf(resource))).toEqual(created);
        expect((await store().list({ kind: resource.kind })).items).toEqual([created]);
      });

      it.each(fixtures)('$title is unchanged by an update with itself', async ({ resource }) => {
        if (resource.metadata.namespace !== undefined)
          await current().ensureNamespaces?.([resource.metadata.namespace]);
        const created = await store().create(resource);
        const updated = await store().update(created);
        const { resourceVersion = '' } = updated.metadata;
        expect(updated).toEqual({ ...created, metadata: { ...created.metadata, resourceVersion } });
      });
    });
  }
}
