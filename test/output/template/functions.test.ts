import { describe, expect, it } from 'vitest';
import { render } from './support.ts';
import type { Objects } from './support.ts';

describe('renderTemplate()', () => {
  describe('compares', () => {
    it.each<readonly [Objects, string, string]>([
      [
        'pool',
        '{{eq 1 1}} {{eq 1 2 3 1}} {{eq "a" "a"}} {{eq 1.5 1.5}} {{eq true false}} {{eq 1i 1i}} {{eq nil nil}} {{eq 1 nil}}',
        'true true true true false true true false',
      ],
      [
        'pool',
        '{{ne 1 2}} {{lt 1 2}} {{le 2 2}} {{gt 1 2}} {{ge 2 2}} {{lt "a" "b"}} {{lt 1.5 1.0}}',
        'true true true false true true false',
      ],
      [
        'pool',
        '{{range .}}{{eq .Spec.IPIPMode "Always"}} {{eq .Spec.BlockSize 26}} {{lt .Spec.BlockSize 27}} {{eq .Status nil}} {{eq .TypeMeta .TypeMeta}} {{eq . .}}{{end}}',
        'true true true true true true',
      ],
      [
        'pool',
        '{{eq 1}}',
        'template: get:1:2: executing "get" at <eq 1>: error calling eq: missing argument for comparison',
      ],
      [
        'pool',
        '{{eq 1 1.0}}',
        'template: get:1:2: executing "get" at <eq 1 1.0>: error calling eq: incompatible types for comparison: int and float64',
      ],
      [
        'pool',
        '{{ne 1 "a"}}',
        'template: get:1:2: executing "get" at <ne 1 "a">: error calling ne: incompatible types for comparison: int and string',
      ],
      [
        'pool',
        '{{lt 1 "a"}}',
        'template: get:1:2: executing "get" at <lt 1 "a">: error calling lt: incompatible types for comparison: int and string',
      ],
      [
        'pool',
        '{{lt true false}}',
        'template: get:1:2: executing "get" at <lt true false>: error calling lt: invalid type for comparison',
      ],
      [
        'pool',
        '{{lt nil 1}}',
        'template: get:1:2: executing "get" at <lt nil 1>: error calling lt: invalid type for comparison',
      ],
      [
        'pool',
        '{{range .}}{{eq .Spec.AssignmentMode "Automatic"}}{{end}}',
        'template: get:1:13: executing "get" at <eq .Spec.AssignmentMode "Automatic">: error calling eq: incompatible types for comparison: *v3.AssignmentMode and string',
      ],
      [
        'pool',
        '{{range .}}{{eq .Labels .Labels}}{{end}}',
        'template: get:1:13: executing "get" at <eq .Labels .Labels>: error calling eq: non-comparable type map[a:b b:2]: map[string]string',
      ],
      [
        'pool',
        '{{range .}}{{eq .Labels .Spec.AllowedUses}}{{end}}',
        'template: get:1:13: executing "get" at <eq .Labels .Spec.AllowedUses>: error calling eq: non-comparable types map[a:b b:2]: map[string]string, []v3.IPPoolAllowedUse: [Workload Tunnel]',
      ],
      [
        'bgp',
        '{{range .}}{{eq .Spec.NodeToNodeMeshEnabled nil}} {{not .Spec.NodeToNodeMeshEnabled}}{{end}}',
        'false false',
      ],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });

  describe('stops at the argument of and, or that decides', () => {
    it.each<readonly [Objects, string, string]>([
      ['pool', '{{and 1 0 2}} {{and 1 2}} {{or 0 "" 3}} {{or 0 ""}} {{not 1}} {{1 | and 2}}', '0 2 3  false 1'],
      ['pool', '{{and false (index . 9)}} {{or true .Foo}}', 'false true'],
      [
        'pool',
        '{{and 1 (index . 9)}}',
        'template: get:1:9: executing "get" at <index . 9>: error calling index: index out of range: 9',
      ],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });

  describe('takes parts of lists, maps and strings', () => {
    it.each<readonly [Objects, string, string]>([
      ['pool', '{{len "hé"}} {{len .}} {{len (index . 0).Labels}}', '3 1 2'],
      ['pool', '{{index "abc" 1}} {{slice "abcdef" 1 3}} {{slice "abc" 1}} {{slice "日本" 0 3}}', '98 bc bc 日'],
      [
        'pool',
        '{{range .}}{{index .Labels "a"}}{{index .Labels "missing"}} {{index .Spec.AllowedUses 1}} {{slice .Spec.AllowedUses 1}}{{end}}',
        'b Tunnel [Tunnel]',
      ],
      [
        'pool',
        '{{index . 5}}',
        'template: get:1:2: executing "get" at <index . 5>: error calling index: index out of range: 5',
      ],
      [
        'pool',
        '{{index . 1}}',
        'template: get:1:2: executing "get" at <index . 1>: error calling index: reflect: slice index out of range',
      ],
      [
        'pool',
        '{{index . -1}}',
        'template: get:1:2: executing "get" at <index . -1>: error calling index: index out of range: -1',
      ],
      [
        'pool',
        '{{index . "a"}}',
        'template: get:1:2: executing "get" at <index . "a">: error calling index: cannot index slice/array with type string',
      ],
      [
        'pool',
        '{{index . nil}}',
        'template: get:1:2: executing "get" at <index . nil>: error calling index: cannot index slice/array with nil',
      ],
      [
        'pool',
        '{{index nil 1}}',
        'template: get:1:2: executing "get" at <index nil 1>: error calling index: index of untyped nil',
      ],
      [
        'pool',
        '{{index 3 1}}',
        'template: get:1:2: executing "get" at <index 3 1>: error calling index: can\'t index item of type int',
      ],
      [
        'pool',
        '{{range .}}{{index .Labels 3}}{{end}}',
        'template: get:1:13: executing "get" at <index .Labels 3>: error calling index: value has type int; should be string',
      ],
      [
        'pool',
        '{{range .}}{{index .Status 1}}{{end}}',
        'template: get:1:13: executing "get" at <index .Status 1>: error calling index: index of nil pointer',
      ],
      ['pool', '{{len 3}}', 'template: get:1:2: executing "get" at <len 3>: error calling len: len of type int'],
      [
        'pool',
        '{{range .}}{{len .Status}}{{end}}',
        'template: get:1:13: executing "get" at <len .Status>: error calling len: len of nil pointer',
      ],
      [
        'pool',
        '{{len nil}}',
        'template: get:1:2: executing "get" at <len nil>: error calling len: reflect: call of reflect.Value.Type on zero Value',
      ],
      [
        'pool',
        '{{slice "abc" 2 1}}',
        'template: get:1:2: executing "get" at <slice "abc" 2 1>: error calling slice: invalid slice index: 2 > 1',
      ],
      [
        'pool',
        '{{slice "abc" 1 2 3}}',
        'template: get:1:2: executing "get" at <slice "abc" 1 2 3>: error calling slice: cannot 3-index slice a string',
      ],
      [
        'pool',
        '{{slice . 0 1 1 1}}',
        'template: get:1:2: executing "get" at <slice . 0 1 1 1>: error calling slice: too many slice indexes: 4',
      ],
      [
        'pool',
        '{{slice 3 0}}',
        'template: get:1:2: executing "get" at <slice 3 0>: error calling slice: can\'t slice item of type int',
      ],
      [
        'pool',
        '{{slice nil}}',
        'template: get:1:2: executing "get" at <slice nil>: error calling slice: slice of untyped nil',
      ],
      [
        'pool',
        '{{slice . 0 1 0}}',
        'template: get:1:2: executing "get" at <slice . 0 1 0>: error calling slice: invalid slice index: 1 > 0',
      ],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });

  describe('prints', () => {
    it.each<readonly [Objects, string, string]>([
      [
        'pool',
        '{{print 1 2 "a" "b" 3 nil true}}|{{print}}|{{println 1 "a"}}|{{println}}',
        '1 2ab3 <nil> true||1 a\n|\n',
      ],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });

  describe('escapes', () => {
    it.each<readonly [Objects, string, string]>([
      [
        'pool',
        '{{html "<a href=\'x\'>&\\"\\x00"}} {{html 1 2}} {{html nil}}',
        '&lt;a href=&#39;x&#39;&gt;&amp;&#34;\u{fffd} 1 2 &lt;no value&gt;',
      ],
      [
        'pool',
        '{{js "it\'s <b> \\" = & \\\\ é \\n\\u2028"}}',
        'it\\\'s \\u003Cb\\u003E \\" \\u003D \\u0026 \\\\ é \\u000A\\u2028',
      ],
      ['pool', '{{urlquery "a b&c/é?~*"}}', 'a+b%26c%2F%C3%A9%3F~%2A'],
      ['pool', '{{range .}}{{html .Spec.AssignmentMode}} {{urlquery .Spec.CIDR}}{{end}}', 'Automatic 10.4.0.0%2F16'],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });
});
