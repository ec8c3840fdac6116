import { describe, expect, it } from 'vitest';
import { render } from './support.ts';
import type { Objects } from './support.ts';

describe('renderTemplate()', () => {
  describe('refuses what it cannot split into tokens', () => {
    it.each<readonly [Objects, string, string]>([
      ['pool', '{{', 'template: get:1: unclosed action'],
      ['pool', 'x\n{{\n', 'template: get:3: unclosed action started at get:2'],
      ['pool', '{{"abc', 'template: get:1: unterminated quoted string'],
      ['pool', '{{"a\n"}}', 'template: get:1: unterminated quoted string'],
      ['pool', "{{'a}}", 'template: get:1: unterminated character constant'],
      ['pool', '{{`a', 'template: get:1: unterminated raw quoted string'],
      ['pool', '{{/* c', 'template: get:1: unclosed comment'],
      ['pool', '{{/* c */ }}', 'template: get:1: comment ends before closing delimiter'],
      ['pool', '{{1a}}', 'template: get:1: bad number syntax: "1a"'],
      ['pool', '{{1+2}}', 'template: get:1: bad number syntax: "1+2"'],
      ['pool', '{{.X-Y}}', "template: get:1: bad character U+002D '-'"],
      ['pool', '{{$x=1}}', "template: get:1: bad character U+003D '='"],
      ['pool', '{{☃}}', "template: get:1: unrecognized character in action: U+2603 '☃'"],
      ['pool', '{{: 1}}', 'template: get:1: expected :='],
      ['pool', '{{(1}}', 'template: get:1: unclosed left paren'],
      ['pool', '{{1)}}', 'template: get:1: unexpected right paren'],
      ['pool', '\n{{print\n"abc', 'template: get:3: unterminated quoted string in action started at get:2'],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });

  describe('refuses what does not make a tree', () => {
    it.each<readonly [Objects, string, string]>([
      ['pool', '{{}}', 'template: get:1: missing value for command'],
      ['pool', '{{end}}', 'template: get:1: unexpected {{end}}'],
      ['pool', '{{else}}', 'template: get:1: unexpected {{else}}'],
      ['pool', '{{if}}x{{end}}', 'template: get:1: missing value for if'],
      ['pool', '{{range .}}', 'template: get:1: unexpected EOF'],
      ['pool', '{{if 1}}x{{else}}y{{else}}z{{end}}', 'template: get:1: expected end; found {{else}}'],
      ['pool', '{{range .}}x{{else if 1}}y{{end}}', 'template: get:1: unexpected <if> in input'],
      ['pool', '{{if 1}}{{end 2}}', 'template: get:1: unexpected "2" in end'],
      ['pool', '{{1 | 2}}', 'template: get:1: non executable command in pipeline stage 2'],
      ['pool', '{{1 |}}', '1'],
      ['pool', '{{1, 2}}', 'template: get:1: unexpected "," in operand'],
      ['pool', '{{1 := 2}}', 'template: get:1: unexpected ":=" in operand'],
      ['pool', '{{. .}}{{..X}}', 'template: get:1: unexpected . after term "."'],
      ['pool', '{{.X.}}', 'template: get:1: unexpected <.> in operand'],
      ['pool', '{{3.X}}', 'template: get:1: bad number syntax: "3.X"'],
      ['pool', '{{nil.X}}', 'template: get:1: unexpected . after term "nil"'],
      ['pool', '{{break}}', 'template: get:1: {{break}} outside {{range}}'],
      ['pool', '{{range .}}{{define "x"}}{{end}}{{end}}', 'template: get:1: unexpected <define> in command'],
      [
        'pool',
        '{{range .}}{{block "x" .}}{{continue}}{{end}}{{end}}',
        'template: get:1: {{continue}} outside {{range}}',
      ],
      ['pool', '{{range .}}{{break 3}}{{end}}', 'template: get:1: unexpected "3" in {{break}}'],
      ['pool', '{{$x}}', 'template: get:1: undefined variable "$x"'],
      ['pool', '{{$x := 1}}{{define "a"}}{{$x}}{{end}}', 'template: get:1: undefined variable "$x"'],
      ['pool', '{{$x, $y := 1}}', 'template: get:1: too many declarations in command'],
      ['pool', '{{range $a, 3 := .}}{{end}}', 'template: get:1: range can only initialize variables'],
      ['pool', '{{range $a, $b, $c := .}}{{end}}', 'template: get:1: too many declarations in range'],
      ['pool', '{{template}}', 'template: get:1: unexpected "}}" in template clause'],
      ['pool', '{{template b}}', 'template: get:1: unexpected "b" in template clause'],
      ['pool', '{{define "a"}}', 'template: get:1: unexpected EOF'],
      ['pool', '{{define "a"}}{{else}}{{end}}', 'template: get:1: unexpected {{else}} in define clause'],
      [
        'pool',
        '{{define "a"}}x{{end}}{{define "a"}}y{{end}}',
        'template: get:1: template: multiple definition of template "a"',
      ],
      ['pool', '{{nofunc .}}', 'template: get:1: function "nofunc" not defined'],
      ['pool', '{{print | nofunc}}', 'template: get:1: function "nofunc" not defined'],
      ['pool', '{{18446744073709551616}}', 'template: get:1: integer overflow: "18446744073709551616"'],
      ['pool', '{{1__0}}', 'template: get:1: illegal number syntax: "1__0"'],
      ['pool', "{{'ab'}}", "template: get:1: malformed character constant: 'ab'"],
      ['pool', '{{08}}', 'template: get:1: integer overflow: "08"'],
      ['pool', '{{"a" | print\n\n| 3}}', 'template: get:3: non executable command in pipeline stage 3'],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });

  describe('names the place of what it cannot evaluate', () => {
    it.each<readonly [Objects, string, string]>([
      [
        'pool',
        '{{.Foo}}',
        'template: get:1:2: executing "get" at <.Foo>: can\'t evaluate field Foo in type []runtime.Object',
      ],
      [
        'pool',
        '{{range .}}{{.Foo}}{{end}}',
        'template: get:1:13: executing "get" at <.Foo>: can\'t evaluate field Foo in type runtime.Object',
      ],
      [
        'pool',
        '{{range .}}{{.metadata.name}}{{end}}',
        'template: get:1:22: executing "get" at <.metadata.name>: can\'t evaluate field metadata in type runtime.Object',
      ],
      [
        'pool',
        'line one\n{{range .}}\n{{.ObjectMeta.Nam}}\n{{end}}\n',
        'template: get:3:13: executing "get" at <.ObjectMeta.Nam>: can\'t evaluate field Nam in type v1.ObjectMeta',
      ],
      [
        'pool',
        'héé {{"日"}}{{.Foo}}',
        'template: get:1:17: executing "get" at <.Foo>: can\'t evaluate field Foo in type []runtime.Object',
      ],
      [
        'pool',
        '{{range .}}{{.Spec.CIDR.X}}{{end}}',
        'template: get:1:18: executing "get" at <.Spec.CIDR.X>: can\'t evaluate field X in type string',
      ],
      [
        'pool',
        '{{range .}}{{.Spec.Foo.Bar}}{{end}}',
        'template: get:1:18: executing "get" at <.Spec.Foo.Bar>: can\'t evaluate field Foo in type v3.IPPoolSpec',
      ],
      [
        'pool',
        '{{range .}}{{.Spec.cidr}}{{end}}',
        'template: get:1:18: executing "get" at <.Spec.cidr>: can\'t evaluate field cidr in type v3.IPPoolSpec',
      ],
      [
        'pool',
        '{{range .}}{{.Labels.a.b}}{{end}}',
        'template: get:1:20: executing "get" at <.Labels.a.b>: can\'t evaluate field b in type string',
      ],
      [
        'pool',
        '{{range .}}{{.Status.Conditions}}{{end}}',
        'template: get:1:20: executing "get" at <.Status.Conditions>: nil pointer evaluating *v3.IPPoolStatus.Conditions',
      ],
      [
        'pool',
        '{{range .}}{{.Status.Nope}}{{end}}',
        'template: get:1:20: executing "get" at <.Status.Nope>: can\'t evaluate field Nope in type *v3.IPPoolStatus',
      ],
      [
        'pool',
        '{{range .}}{{.CreationTimestamp.wall}}{{end}}',
        'template: get:1:31: executing "get" at <.CreationTimestamp.wall>: wall is an unexported field of struct type v1.Time',
      ],
      [
        'pool',
        '{{range .}}{{.Spec.CIDR "x"}}{{end}}',
        'template: get:1:18: executing "get" at <.Spec.CIDR>: CIDR has arguments but cannot be invoked as function',
      ],
      [
        'pool',
        '{{range .}}{{"x" | .Labels.a}}{{end}}',
        'template: get:1:26: executing "get" at <.Labels.a>: a is not a method but has arguments',
      ],
      [
        'pool',
        '{{range .}}{{.GetName 1}}{{end}}',
        'template: get:1:13: executing "get" at <.GetName>: wrong number of args for GetName: want 0 got 1',
      ],
      [
        'pool',
        '{{(index . 0).Foo}}',
        'template: get:1:11: executing "get" at <0>: can\'t evaluate field Foo in type runtime.Object',
      ],
      [
        'pool',
        '{{$.Foo}}',
        'template: get:1:3: executing "get" at <$.Foo>: can\'t evaluate field Foo in type []runtime.Object',
      ],
      ['pool', '{{nil}}', 'template: get:1:2: executing "get" at <nil>: nil is not a command'],
      ['pool', '{{(nil).X}}', 'template: get:1:3: executing "get" at <nil>: nil is not a command'],
      ['pool', '{{1 2}}', 'template: get:1:2: executing "get" at <1>: can\'t give argument to non-function 1'],
      ['pool', '{{1 | $}}', 'template: get:1:6: executing "get" at <$>: can\'t give argument to non-function $'],
      [
        'pool',
        '{{(print 1) 2}}',
        'template: get:1:2: executing "get" at <(print 1) 2>: can\'t give argument to non-function print 1',
      ],
      [
        'pool',
        '{{9223372036854775808}}',
        'template: get:1:2: executing "get" at <9223372036854775808>: 9223372036854775808 overflows int',
      ],
      ['pool', '{{range true}}{{end}}', 'template: get:1:8: executing "get" at <true>: range can\'t iterate over true'],
      [
        'pool',
        '{{range $i, $x := 3}}{{end}}',
        'template: get:1:18: executing "get" at <3>: can\'t use 3 to iterate over more than one variable',
      ],
      ['pool', '{{range 1.5}}{{end}}', 'template: get:1:8: executing "get" at <1.5>: range can\'t iterate over 1.5'],
      [
        'pool',
        '{{$x := 1}}{{if .Foo}}{{end}}',
        'template: get:1:16: executing "get" at <.Foo>: can\'t evaluate field Foo in type []runtime.Object',
      ],
      [
        'pool',
        '{{template "nope"}}',
        'template: get:1:11: executing "get" at <{{template "nope"}}>: template "nope" not defined',
      ],
      [
        'pool',
        '{{define "t"}}\n{{.Foo}}{{end}}\n {{template "t" .}}',
        'template: get:2:2: executing "t" at <.Foo>: can\'t evaluate field Foo in type []runtime.Object',
      ],
      [
        'pool',
        '{{define "t"}}{{template "t" .}}{{end}}{{template "t" .}}',
        'template: get:1:25: executing "t" at <{{template "t" .}}>: exceeded maximum template depth (100000)',
      ],
      [
        'node',
        '{{range .}}{{.Spec.Wireguard.InterfaceIPv4Address}}{{end}}',
        'template: get:1:18: executing "get" at <.Spec.Wireguard.InterfaceIPv4Address>: nil pointer evaluating *internalapi.NodeWireguardSpec.InterfaceIPv4Address',
      ],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });

  describe('refuses calls with the wrong arguments', () => {
    it.each<readonly [Objects, string, string]>([
      ['pool', '{{len}}', 'template: get:1:2: executing "get" at <len>: wrong number of args for len: want 1 got 0'],
      [
        'pool',
        '{{len 1 2}}',
        'template: get:1:2: executing "get" at <len>: wrong number of args for len: want 1 got 2',
      ],
      [
        'pool',
        '{{print (len)}}',
        'template: get:1:9: executing "get" at <len>: wrong number of args for len: want 1 got 0',
      ],
      [
        'pool',
        '{{1 | len 2}}',
        'template: get:1:6: executing "get" at <len>: wrong number of args for len: want 1 got 2',
      ],
      [
        'pool',
        '{{eq}}',
        'template: get:1:2: executing "get" at <eq>: wrong number of args for eq: want at least 1 got 0',
      ],
      [
        'pool',
        '{{printf}}',
        'template: get:1:2: executing "get" at <printf>: wrong number of args for printf: want at least 1 got 0',
      ],
      ['pool', '{{printf 3}}', 'template: get:1:9: executing "get" at <3>: expected string; found 3'],
      ['pool', '{{printf nil}}', 'template: get:1:9: executing "get" at <nil>: cannot assign nil to string'],
      [
        'pool',
        '{{printf .}}',
        'template: get:1:9: executing "get" at <.>: wrong type for value; expected string; got []runtime.Object',
      ],
      [
        'pool',
        '{{range .}}{{printf .Spec.IPIPMode}}{{end}}',
        'template: get:1:25: executing "get" at <.Spec.IPIPMode>: wrong type for value; expected string; got v3.IPIPMode',
      ],
      [
        'pool',
        '{{range .}}{{printf .Labels.missing}}{{end}}',
        'template: get:1:27: executing "get" at <.Labels.missing>: invalid value; expected string',
      ],
      [
        'pool',
        '{{joinAndTruncate . "," "x"}}',
        'template: get:1:24: executing "get" at <"x">: expected integer; found "x"',
      ],
      [
        'pool',
        '{{joinAndTruncate . "," nil}}',
        'template: get:1:24: executing "get" at <nil>: cannot assign nil to int',
      ],
      ['pool', '{{join . 3}}', 'template: get:1:9: executing "get" at <3>: expected string; found 3'],
      ['pool', '{{config 3}}', 'template: get:1:9: executing "get" at <3>: expected string; found 3'],
      [
        'pool',
        '{{config "colour"}}',
        'template: get:1:2: executing "get" at <config "colour">: error calling config: unhandled config type',
      ],
      [
        'pool',
        '{{call}}',
        'template: get:1:2: executing "get" at <call>: wrong number of args for call: want at least 1 got 0',
      ],
      ['pool', '{{call nil}}', 'template: get:1:2: executing "get" at <call nil>: error calling call: call of nil'],
      [
        'pool',
        '{{call .}}',
        'template: get:1:2: executing "get" at <call .>: error calling call: non-function . of type []runtime.Object',
      ],
      [
        'pool',
        '{{1 | call}}',
        'template: get:1:6: executing "get" at <call>: error calling call: non-function <int Value> of type int',
      ],
      [
        'pool',
        '{{"a" | call}}',
        'template: get:1:8: executing "get" at <call>: error calling call: non-function a of type string',
      ],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });
});
