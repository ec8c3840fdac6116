import { describe, expect, it } from 'vitest';
import { render } from './support.ts';
import type { Objects } from './support.ts';

describe('renderTemplate()', () => {
  describe('writes text, and takes spaces away at trim markers', () => {
    it.each<readonly [Objects, string, string]>([
      ['pool', '', ''],
      ['pool', 'no actions\n', 'no actions\n'],
      ['pool', 'a {{- 3 -}} b', 'a3b'],
      ['pool', 'a \n\t{{- "x" -}}\n\n b', 'axb'],
      ['pool', '{{-3}}{{- 3}}', '-33'],
      ['pool', 'a{{/* c */}}b {{- /* c */ -}} c', 'abc'],
      ['pool', '{{/*}}*/}}x', 'x'],
      ['pool', '{{"}}"}}{{`{{`}}', '}}{{'],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });

  describe('reads literals of every kind', () => {
    it.each<readonly [Objects, string, string]>([
      [
        'pool',
        "{{3}} {{-3}} {{+4}} {{0x1F}} {{0b11}} {{0o17}} {{017}} {{1_000}} {{'a'}} {{'\\n'}}",
        '3 -3 4 31 3 15 15 1000 97 10',
      ],
      [
        'pool',
        '{{3.5}} {{.5}} {{1e3}} {{0x1p4}} {{1e-7}} {{1e20}} {{1e22}} {{123456789.5}} {{-0.0}}',
        '3.5 0.5 1000 16 1e-07 1e+20 1e+22 1.234567895e+08 -0',
      ],
      ['pool', '{{true}} {{false}} {{1i}} {{1+2i}}', 'true false (0+1i) (1+2i)'],
      ['pool', '{{"a\\tb\\x41\\u00e9\\U0001F600\\101\\\\\\""}} {{`r\\n`}}', 'a\tbAé😀A\\" r\\n'],
      ['pool', '{{9223372036854775807}} {{-9223372036854775808}}', '9223372036854775807 -9223372036854775808'],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });

  describe('takes fields, also of what parentheses and variables hold', () => {
    it.each<readonly [Objects, string, string]>([
      [
        'pools',
        '{{range .}}{{.Kind}} {{.ResourceVersion}} {{len .Items}} {{(index .Items 1).Name}}{{end}}',
        'IPPoolList 12 2 g2',
      ],
      [
        'pools',
        '{{range .}}{{range $i, $e := .Items}}{{if $i}}, {{end}}{{$e.Name}} {{.Spec.CIDR}}{{end}}{{end}}',
        'g1 10.4.0.0/16, g2 10.5.0.0/16',
      ],
      ['pool', '{{(index . 0).Spec.CIDR}} {{((index . 0).Labels).a}}', '10.4.0.0/16 b'],
      ['pool', '{{$x := index . 0}}{{$x.Name}} {{$x.ObjectMeta.Labels.b}}', 'g1 2'],
      ['pool', '{{range .}}{{.Labels.a}} {{.Labels.missing}} {{.Annotations.a.b}}{{end}}', 'b <no value> <no value>'],
      ['nothing', '{{.}} {{len .}} {{range .}}x{{else}}none{{end}}', '[] 0 none'],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });

  describe('chooses by what is true', () => {
    it.each<readonly [Objects, string, string]>([
      ['pool', '{{if 1}}a{{end}}{{if 0}}b{{end}}{{if ""}}c{{else}}d{{end}}', 'ad'],
      ['pool', '{{if 0}}a{{else if 1}}b{{else}}c{{end}}', 'b'],
      [
        'pool',
        '{{if 0}}a{{else if nil | print | not}}b{{else}}c{{end}}',
        'template: get:1:19: executing "get" at <nil>: nil is not a command',
      ],
      ['pool', '{{with 0}}a{{else with 7}}{{.}}{{else}}c{{end}}', '7'],
      ['pool', '{{with $x := "v"}}{{$x}}{{.}}{{end}}', 'vv'],
      [
        'pool',
        '{{range .}}{{if .Labels}}l{{end}}{{if .Annotations}}a{{end}}{{if .Spec.Disabled}}d{{end}}{{if .Spec}}s{{end}}{{if .Status}}p{{end}}{{if .Spec.AssignmentMode}}m{{end}}{{end}}',
        'lsm',
      ],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });

  describe('repeats over lists, maps in the order of their keys, and integers', () => {
    it.each<readonly [Objects, string, string]>([
      ['pool', '{{range $i, $x := .}}{{$i}}{{$x.Name}}{{end}}', '0g1'],
      ['pool', '{{range .}}{{range $k, $v := .Labels}}{{$k}}={{$v}},{{end}}{{end}}', 'a=b,b=2,'],
      [
        'pool',
        '{{range 3}}{{.}}{{end}} {{range $x := 2}}{{$x}}{{end}} {{range -1}}x{{else}}none{{end}}',
        '012 01 none',
      ],
      ['pool', '{{range 9}}{{if eq . 2}}{{continue}}{{end}}{{if eq . 5}}{{break}}{{end}}{{.}}{{end}}', '0134'],
      ['pool', '{{range 2}}{{range 5}}{{if .}}{{break}}{{end}}{{.}}{{end}}|{{end}}', '0|0|'],
      ['pool', '{{$x := 0}}{{$y := 0}}{{range $x, $y = .}}{{end}}{{$x}} {{$y.Name}}', '0 g1'],
      [
        'pool',
        '{{range nil}}x{{else}}none{{end}}',
        'template: get:1:8: executing "get" at <nil>: nil is not a command',
      ],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });

  describe('keeps variables to their blocks', () => {
    it.each<readonly [Objects, string, string]>([
      ['pool', '{{$x := 1}}{{if true}}{{$x := 2}}{{$x}}{{end}}{{$x}}', '21'],
      ['pool', '{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}', '2'],
      ['pool', '{{$x := 1}}{{range .}}{{$x = .Name}}{{end}}{{$x}}', 'g1'],
      ['pool', '{{range .}}{{len $}}{{end}}', '1'],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });

  describe('hands values through pipelines', () => {
    it.each<readonly [Objects, string, string]>([
      ['pool', '{{"a" | printf "%s%s" "b" | printf "%s%s" "c" | len}}', '3'],
      ['pool', '{{range .}}{{.Name | len | printf "%03d"}}{{end}}', '002'],
      ['pool', '{{print (1 | print 2) (print "x")}}', '2 1x'],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });

  describe('calls templates', () => {
    it.each<readonly [Objects, string, string]>([
      [
        'pool',
        '{{define "t"}}[{{.}}{{$}}]{{end}}{{range 2}}{{template "t" .}}{{end}}{{template "t"}}',
        '[00][11][<no value><no value>]',
      ],
      ['pool', '{{block "b" .}}{{len .}}{{end}}', '1'],
      ['pool', '{{block "b" 1}}first{{.}}{{end}}{{define "b"}}{{end}}', 'first1'],
      ['pool', '{{define "a"}}{{end}}{{define "a"}}x{{end}}{{template "a"}}', 'x'],
      [
        'pool',
        '{{define "down"}}{{.}}{{if .}}{{template "next" .}}{{end}}{{end}}{{define "next"}}{{if eq . 1}}.{{end}}{{end}}{{template "down" 1}}',
        '1.',
      ],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });
});
