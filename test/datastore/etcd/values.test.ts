import { describe, expect, it } from 'vitest';
import { decodeResource, encodeResource } from '../../../src/datastore/etcd/values.ts';
import { Corrupt } from '../../../src/datastore/errors.ts';
import { requireKind } from '../../../src/kinds/index.ts';
import type { Kind } from '../../../src/kinds/kind.ts';
import type { Metadata, Resource } from '../../../src/kinds/resource.ts';
import { API_VERSION } from '../../../src/kinds/resource.ts';
import type { JsonObject } from '../../../src/kinds/schema.ts';

const UID = '9c8e1d07-61b3-4a0a-8f8e-0e6f3c1f9a52';
const CREATED = '2026-08-22T10:15:30Z';

const policy = requireKind('NetworkPolicy');

function resource(kind: Kind, metadata: Metadata, spec: JsonObject): Resource {
  return { kind: kind.name, apiVersion: API_VERSION, metadata, spec };
}

function entry(kind: Kind, value: string) {
  return { key: `/calico/resources/v3/projectcalico.org/${kind.plural}/a`, value, modRevision: '7' };
}

describe('encodeResource()', () => {
  it('writes an IPPool as the Go client does, without revision and link', () => {
    const pool = requireKind('IPPool');
    const metadata = { name: 'p', uid: UID, resourceVersion: '12', selfLink: '/x', creationTimestamp: CREATED };
    const spec = {
      assignmentMode: 'Automatic',
      nodeSelector: "has(a) && b == '<x>'",
      cidr: '192.168.0.0/16',
      vxlanMode: 'Never',
      ipipMode: 'Always',
      natOutgoing: true,
      disabled: false,
      blockSize: 26,
      allowedUses: ['Workload', 'Tunnel'],
    };
    expect(encodeResource(pool, resource(pool, metadata, spec))).toBe(
      String.raw`{"kind":"IPPool","apiVersion":"projectcalico.org/v3","metadata":{"name":"p","uid":"${UID}","creationTimestamp":"${CREATED}"},"spec":{"cidr":"192.168.0.0/16","vxlanMode":"Never","ipipMode":"Always","natOutgoing":true,"blockSize":26,"nodeSelector":"has(a) \u0026\u0026 b == '\u003cx\u003e'","allowedUses":["Workload","Tunnel"],"assignmentMode":"Automatic"}}`,
    );
  });

  it('writes the empty status of kinds that always have one', () => {
    const tier = requireKind('Tier');
    expect(encodeResource(tier, resource(tier, { name: 'default' }, { order: 1000000, defaultAction: 'Deny' }))).toBe(
      '{"kind":"Tier","apiVersion":"projectcalico.org/v3","metadata":{"name":"default"},"spec":{"order":1000000,"defaultAction":"Deny"},"status":{}}',
    );
  });

  it("adds a policy's name as an annotation, beside its own ones in order", () => {
    const metadata = {
      name: 'allow-dns',
      namespace: 'prod',
      uid: UID,
      creationTimestamp: CREATED,
      labels: { team: 'net', 'projectcalico.org/tier': 'default' },
      annotations: { 'projectcalico.org/note': 'keep', 'example.com/ticket': 'NET-42' },
    };
    expect(encodeResource(policy, resource(policy, metadata, { tier: 'default', selector: "app == 'web'" }))).toBe(
      String.raw`{"kind":"NetworkPolicy","apiVersion":"projectcalico.org/v3","metadata":{"name":"allow-dns","namespace":"prod","uid":"${UID}","creationTimestamp":"${CREATED}","labels":{"projectcalico.org/tier":"default","team":"net"},"annotations":{"example.com/ticket":"NET-42","projectcalico.org/metadata":"{\"name\":\"allow-dns\"}","projectcalico.org/note":"keep"}},"spec":{"tier":"default","selector":"app == 'web'"}}`,
    );
  });
});

describe('decodeResource()', () => {
  const pool = requireKind('IPPool');

  it('reads what encodeResource() wrote, with the revision of the key', () => {
    const given = resource(policy, { name: 'a', namespace: 'n', annotations: { x: 'y' } }, { selector: 'a && b' });
    const read = decodeResource(policy, entry(policy, encodeResource(policy, given)));
    expect(read).toEqual({ ...given, metadata: { ...given.metadata, resourceVersion: '7' } });
  });

  it('drops unknown fields and a null creationTimestamp, which older writers left', () => {
    const value =
      '{"kind":"IPPool","apiVersion":"old","extra":1,"metadata":{"name":"a","creationTimestamp":null,"clusterName":"x"},"spec":{"cidr":"10.0.0.0/8","new":[1]},"status":null}';
    expect(decodeResource(pool, entry(pool, value))).toEqual(
      resource(pool, { name: 'a', resourceVersion: '7' }, { cidr: '10.0.0.0/8' }),
    );
  });

  it.each([
    [{ name: 'default.a' }, {}, 'a'],
    [{ name: 'default.a' }, { tier: 'default' }, 'a'],
    [{ name: 'default.a' }, { tier: 'other' }, 'default.a'],
    [{ name: 'other.a' }, { tier: 'default' }, 'other.a'],
    [
      { name: 'default.a', annotations: { 'projectcalico.org/metadata': '{"name":"default.a"}' } },
      { tier: 'default' },
      'default.a',
    ],
  ])('takes the policy %j with spec %j for the one of the right name', (metadata, spec, name) => {
    const value = JSON.stringify({ metadata: { namespace: 'n', ...metadata }, spec });
    const read = decodeResource(policy, entry(policy, value));
    expect(read.metadata).toEqual({ name, namespace: 'n', resourceVersion: '7' });
  });

  it('leaves names and annotations of other kinds alone', () => {
    const metadata = { name: 'default.a', annotations: { 'projectcalico.org/metadata': '{}' } };
    const value = JSON.stringify({ metadata, spec: { cidr: '10.0.0.0/8' } });
    expect(decodeResource(pool, entry(pool, value)).metadata).toEqual({ ...metadata, resourceVersion: '7' });
  });

  it.each([
    ['broken', "invalid character 'b' looking for beginning of value"],
    ['', 'unexpected end of JSON input'],
    ['[]', 'json: cannot unmarshal array into Go value of type map[string]interface {}'],
    ['{"spec":{"blockSize":"26"}}', 'json: cannot unmarshal string into Go value of type int'],
    ['{"metadata":{"labels":[]}}', 'json: cannot unmarshal array into Go value of type map[string]string'],
  ])('says what is wrong with %j', (value, reason) => {
    const key = '/calico/resources/v3/projectcalico.org/ippools/a';
    expect(() => decodeResource(pool, entry(pool, value))).toThrow(
      new Corrupt(`failed to parse datastore entry key=${key}; value=${value}: ${reason}`),
    );
  });

  it("says what is wrong with a policy's annotation", () => {
    const value = JSON.stringify({ metadata: { annotations: { 'projectcalico.org/metadata': 'broken' } } });
    expect(() => decodeResource(policy, entry(policy, value))).toThrow(
      `: CRD annotation "projectcalico.org/metadata" contained invalid JSON: invalid character 'b' looking for beginning of value`,
    );
  });
});
