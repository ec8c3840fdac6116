import { describe, expect, it } from 'vitest';
import type { Resource, ResourceList } from '../../src/kinds/resource.ts';
import { formatRows, formatTable } from '../../src/output/table.ts';
import type { TableOptions } from '../../src/output/table.ts';
import { having } from '../doubles/matchers.ts';
import { object, peer, pool } from '../conformance/objects.ts';

/** Blanks at the ends of lines, visible. */
function visible(text: string): readonly string[] {
  return text.split('\n').map((line) => line.replace(/ +$/, (blanks) => '·'.repeat(blanks.length)));
}

describe('formatRows()', () => {
  it('makes every column three wider than its widest cell, the last one too', () => {
    const rows = [
      ['NAME', 'CIDR'],
      ['default-ipv4-ippool', '192.168.0.0/16'],
    ];
    expect(visible(formatRows(rows))).toEqual([
      'NAME                  CIDR·············',
      'default-ipv4-ippool   192.168.0.0/16···',
      '',
      '',
    ]);
  });

  it('makes no column narrower than five', () => {
    expect(visible(formatRows([['', 'A', 'AB', 'ABC']]))).toEqual(['     A    AB   ABC···', '', '']);
  });

  it('counts characters, not bytes, UTF-16 units or places on the screen', () => {
    expect(visible(formatRows([['é'], ['漢字'], ['😀😀'], ['abc']]))).toEqual([
      'é·····',
      '漢字····',
      '😀😀····',
      'abc···',
      '',
      '',
    ]);
  });

  it('has nothing against a tab or a newline in a cell', () => {
    expect(formatRows([['a\tb', 'c']])).toBe('a\tb   c    \n\n');
  });

  it('of no rows is an empty line', () => {
    expect(formatRows([])).toBe('\n');
  });
});

const NARROW: TableOptions = { columns: 'narrow', withNamespace: false };
const nothing = { get: () => undefined };

function table(answer: Resource | ResourceList, options: Partial<TableOptions> = {}): readonly string[] {
  return visible(formatTable(answer, { ...NARROW, ...options }, nothing));
}

function listOf(kind: string, ...items: readonly Resource[]): ResourceList {
  return { kind: `${kind}List`, apiVersion: 'projectcalico.org/v3', metadata: { resourceVersion: '1' }, items };
}

describe('formatTable()', () => {
  it('of one object has one row', () => {
    expect(table(pool('p', '10.0.0.0/16'))).toEqual([
      'NAME   CIDR          SELECTOR···',
      'p      10.0.0.0/16   all()······',
      '',
      '',
    ]);
  });

  it('of a list has a row for each object', () => {
    const list = listOf('BGPPeer', peer('a'), peer('b', { node: 'n' }));
    expect(table(list, { columns: 'wide' })).toEqual([
      'NAME   PEERIP      NODE       ASN·····',
      'a      192.0.2.1   (global)   64512···',
      'b      192.0.2.1   n          64512···',
      '',
      '',
    ]);
  });

  it('of an empty list has the headings only', () => {
    expect(table(listOf('FelixConfiguration'))).toEqual(['NAME···', '', '']);
  });

  it('has the chosen columns in their order, also twice', () => {
    expect(table(peer('a'), { columns: ['ASN', 'NAME', 'ASN'] })).toEqual([
      'ASN     NAME   ASN·····',
      '64512   a      64512···',
      '',
      '',
    ]);
  });

  it('begins with the namespace when asked to, of kinds that have one', () => {
    const set = object('NetworkSet', 's', {}, { namespace: 'ns1' });
    expect(table(set, { withNamespace: true })).toEqual(['NAMESPACE   NAME···', 'ns1         s······', '', '']);
    expect(table(peer('p'), { withNamespace: true })[0]).toBe('NAME   PEERIP      NODE       ASN·····');
    expect(table(set, { withNamespace: true, columns: ['NAME'] })).toEqual(['NAME···', 's······', '', '']);
  });

  it.each(['name', 'CIDR', '', 'constructor', ' NAME'])('refuses the heading %j', (heading) => {
    expect(() => table(peer('p'), { columns: ['NAME', heading] })).toThrow(
      having({
        name: 'UnknownHeading',
        message: `unknown heading ${heading}, valid values are: NAME, PEERIP, NODE, ASN`,
      }),
    );
  });
});
