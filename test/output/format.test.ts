import { describe, expect, it } from 'vitest';
import { parseFormat } from '../../src/output/format.ts';
import { having } from '../doubles/matchers.ts';

describe('parseFormat()', () => {
  it.each([
    ['ps', { type: 'ps' }],
    ['wide', { type: 'wide' }],
    ['yaml', { type: 'yaml' }],
    ['yml', { type: 'yaml' }],
    ['json', { type: 'json' }],
    ['name', { type: 'name' }],
    ['custom-columns=NAME', { type: 'custom-columns', headings: ['NAME'] }],
    ['custom-columns=NAME,CIDR,', { type: 'custom-columns', headings: ['NAME', 'CIDR', ''] }],
    ['go-template={{.}}', { type: 'go-template', template: '{{.}}' }],
    ['go-template=a=b', { type: 'go-template', template: 'a=b' }],
    ['go-template-file=/a=b', { type: 'go-template-file', path: '/a=b' }],
    ['jsonpath={.a}', { type: 'jsonpath', expression: '{.a}' }],
  ])('reads %s', (text, format) => {
    expect(parseFormat(text)).toEqual(format);
  });

  const formats = [
    'formats: ps, wide, yaml, json, name, custom-columns=…, jsonpath=…, go-template=…, go-template-file=…',
  ];

  it.each([
    ['custom-columns', 'need to specify at least one column', ['such as -o custom-columns=NAME']],
    ['custom-columns=', 'need to specify at least one column', ['such as -o custom-columns=NAME']],
    [
      'go-template',
      'need to specify a template',
      ["such as -o go-template='{{range .}}{{range .Items}}{{.Name}} {{end}}{{end}}'"],
    ],
    [
      'go-template=',
      'need to specify a template',
      ["such as -o go-template='{{range .}}{{range .Items}}{{.Name}} {{end}}{{end}}'"],
    ],
    ['go-template-file', 'need to specify a template file', ['such as -o go-template-file=names.tmpl']],
    ['go-template-file=', 'need to specify a template file', ['such as -o go-template-file=names.tmpl']],
    ['jsonpath', 'need to specify a jsonpath expression', ["such as -o jsonpath='{.items[*].metadata.name}'"]],
    ['foo', "unrecognized output format 'foo'", formats],
    ['', "unrecognized output format ''", formats],
    ['JSON', "unrecognized output format 'JSON'", formats],
    ['json=x', "unrecognized output format 'json=x'", formats],
    ['=json', "unrecognized output format '=json'", formats],
    ['template={{.}}', "unrecognized output format 'template={{.}}'", formats],
    ['constructor', "unrecognized output format 'constructor'", formats],
  ])('refuses %j', (text, message, hints) => {
    expect(() => parseFormat(text)).toThrow(having({ name: 'FormatError', message, hints }));
  });
});
