import { describe, expect, it } from 'vitest';
import { renderJsonPath } from '../../../src/output/jsonpath/evaluate.ts';
import type { Json } from '../../../src/kinds/schema.ts';

/** The example of the Kubernetes documentation, "JSONPath Support". */
const DOCUMENT: Json = {
  kind: 'List',
  items: [
    {
      kind: 'None',
      metadata: { name: '127.0.0.1', labels: { 'kubernetes.io/hostname': '127.0.0.1' } },
      status: { capacity: { cpu: '4' }, addresses: [{ type: 'LegacyHostIP', address: '127.0.0.1' }] },
    },
    {
      kind: 'None',
      metadata: { name: '127.0.0.2' },
      status: {
        capacity: { cpu: '8' },
        addresses: [
          { type: 'LegacyHostIP', address: '127.0.0.2' },
          { type: 'another', address: '127.0.0.3' },
        ],
      },
    },
  ],
  users: [
    { name: 'myself', user: {} },
    { name: 'e2e', user: { username: 'admin', password: 'secret' } },
  ],
};

function rendered(template: string, document: Json = DOCUMENT): string {
  return renderJsonPath(template, document);
}

// kubectl 1.34 prints objects as JSON where the documentation's table still shows Go's map[cpu:4].
describe('renderJsonPath() of the documentation’s examples:', () => {
  it.each([
    ['kind is {.kind}', 'kind is List'],
    ['{@}', JSON.stringify(DOCUMENT)],
    ['{.kind}', 'List'],
    ["{['kind']}", 'List'],
    ['{..name}', '127.0.0.1 127.0.0.2 myself e2e'],
    ['{.items[*].metadata.name}', '127.0.0.1 127.0.0.2'],
    ['{.users[0].name}', 'myself'],
    ["{.items[*]['metadata.name', 'status.capacity']}", '127.0.0.1 127.0.0.2 {"cpu":"4"} {"cpu":"8"}'],
    ['{.users[?(@.name=="e2e")].user.password}', 'secret'],
    [
      '{range .items[*]}[{.metadata.name}, {.status.capacity}] {end}',
      '[127.0.0.1, {"cpu":"4"}] [127.0.0.2, {"cpu":"8"}] ',
    ],
    ["{range .items[*]}{.metadata.name}{'\\t'}{end}", '127.0.0.1\t127.0.0.2\t'],
    ['{.items[0].metadata.labels.kubernetes\\.io/hostname}', '127.0.0.1'],
  ])('%s', (template, expected) => {
    expect(rendered(template)).toBe(expected);
  });
});

describe('renderJsonPath() follows', () => {
  it.each([
    ['a path without braces', '.kind', 'List'],
    ['a path without braces and without its dot', 'users[1].name', 'e2e'],
    ['the root', '{$.kind}', 'List'],
    ['a key in double quotes as it is', '{.items[0].metadata.labels["kubernetes.io/hostname"]}', '127.0.0.1'],
    ['a key in single quotes with a dot in it', "{.items[0].metadata.labels['kubernetes\\.io/hostname']}", '127.0.0.1'],
    ['a place from the end', '{.users[-1].name}', 'e2e'],
    ['places one by one', '{.users[1,0].name}', 'e2e myself'],
    ['a slice', '{.items[1:].metadata.name}', '127.0.0.2'],
    ['a slice up to a place', '{.users[:1].name}', 'myself'],
    ['a slice from the end', '{.users[-1:].name}', 'e2e'],
    ['every other one', '{[0:5:2]}', 'a c e'],
    ['every value of an object', '{.items[0].status.capacity.*}', '4'],
    ['what a filter finds by existence', '{.users[?(@.user.username)].name}', 'e2e'],
    ['what a filter finds by a number', '{[?(@.n > 2)].name}', 'three four'],
    ['what a filter finds by text', "{.items[1].status.addresses[?(@.type != 'another')].address}", '127.0.0.2'],
    ['what a filter finds by a regular expression', '{.users[?(@.name =~ "^e.e$")].name}', 'e2e'],
    ['what a filter finds by the root', '{.items[?(@.kind == $.items[0].kind)].metadata.name}', '127.0.0.1 127.0.0.2'],
    ['the root inside a range', '{range .users[*]}{.name} of {$.kind}, {end}', 'myself of List, e2e of List, '],
    ['what a filter finds with an operator in quotes', '{.users[?(@.name=="a==b")].name}', ''],
    [
      'ranges in ranges',
      '{range .items[*]}{range .status.addresses[*]}{.type}{","}{end}{"\\n"}{end}',
      'LegacyHostIP,\nLegacyHostIP,another,\n',
    ],
    ['a path to nowhere', '{.nothing.at.all}', ''],
    ['a place that is not there', '{.users[7].name}', ''],
    ['a member of what is no object', '{.kind.name}', ''],
    ['no member that every object has', '{.constructor}{.toString}', ''],
  ])('%s', (what, template, expected) => {
    const letters = ['a', 'b', 'c', 'd', 'e'];
    const numbers = [1, 2, 3, 4].map((n) => ({ n, name: ['one', 'two', 'three', 'four'][n - 1] ?? '' }));
    const document = what === 'every other one' ? letters : what.endsWith('by a number') ? numbers : DOCUMENT;
    expect(rendered(template, document)).toBe(expected);
  });

  it('prints numbers, booleans, null and lists as JSON, and text as it is', () => {
    const document = { number: 64512, large: 1e21, yes: true, none: null, list: [1, 'a'], text: 'a"b' };
    expect(rendered('{.number} {.large} {.yes} {.none} {.list} {.text}', document)).toBe(
      '64512 1e+21 true null [1,"a"] a"b',
    );
  });
});
