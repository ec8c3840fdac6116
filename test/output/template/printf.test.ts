import { describe, expect, it } from 'vitest';
import { render } from './support.ts';
import type { Objects } from './support.ts';

describe('printf', () => {
  describe('prints integers', () => {
    it.each<readonly [Objects, string, string]>([
      [
        'pool',
        '{{printf "%d %5d|%-5d|%05d %+d % d %x %X %#x %o %#o %O %b %c %q %U %#U" 42 42 42 42 42 42 255 255 255 8 8 8 5 65 65 65 65}}',
        "42    42|42   |00042 +42  42 ff FF 0xff 10 010 0o10 101 A 'A' U+0041 U+0041 'A'",
      ],
      ['pool', '{{printf "%.5d|%8.5d|%.0d|%#08x|%+05d|%#v" 42 42 0 1 7 3}}', '00042|   00042||0x00000001|+0007|3'],
      ['pool', '{{printf "%d" -42}} {{printf "%c" 0x1F600}} {{printf "%08b" -5}}', '-42 😀 -0000101'],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });

  describe('prints floats', () => {
    it.each<readonly [Objects, string, string]>([
      [
        'pool',
        '{{printf "%v %f %.2f %8.3f|%-8.1f|%08.3f %+.1f %e %E %.3e %g %.3g %G" 3.14159 3.14159 3.14159 3.14159 3.14159 3.14159 3.14159 12345.678 12345.678 12345.678 1e21 123456.0 1e-7}}',
        '3.14159 3.141590 3.14    3.142|3.1     |0003.142 +3.1 1.234568e+04 1.234568E+04 1.235e+04 1e+21 1.23e+05 1E-07',
      ],
      [
        'pool',
        '{{printf "%.0f %.0f %.1f %.3g %#g %#.3g %x %.1x %b" 2.5 3.5 0.25 100.0 1.5 2.0 1.5 1.96875 1.0}}',
        '2 4 0.2 100 1.50000 2.00 0x1.8p+00 0x1.0p+01 4503599627370496p-52',
      ],
      ['pool', '{{printf "%v %6.2f %e" 1+2i 1i 1i}}', '(1+2i) (  0.00 +1.00i) (0.000000e+00+1.000000e+00i)'],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });

  describe('prints strings and booleans', () => {
    it.each<readonly [Objects, string, string]>([
      [
        'pool',
        '{{printf "%s %10s|%-10s|%.2s %q %#q %+q %x % x %X %t %5t" "a" "b" "c" "def" "g\\n" "h" "日" "jk" "lm" "é" true false}}',
        'a          b|c         |de "g\\n" `h` "\\u65e5" 6a6b 6c 6d C3A9 true false',
      ],
      [
        'pool',
        '{{printf "%q %q %#q" "a\\"b" "\\u00ad\\u2028\\ufeff\\x7f" "a`b"}}',
        '"a\\"b" "\\u00ad\\u2028\\ufeff\\x7f" "a`b"',
      ],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });

  describe('prints structs, lists, maps and pointers', () => {
    it.each<readonly [Objects, string, string]>([
      [
        'pool',
        '{{range .}}{{printf "%v|%+v" .TypeMeta .TypeMeta}}|{{printf "%#v" .TypeMeta}}{{end}}',
        '{IPPool projectcalico.org/v3}|{Kind:IPPool APIVersion:projectcalico.org/v3}|v1.TypeMeta{Kind:"IPPool", APIVersion:"projectcalico.org/v3"}',
      ],
      [
        'pool',
        '{{range .}}{{printf "%v %s %q %#v %d" .Labels .Labels .Labels .Labels .Labels}}{{end}}',
        'map[a:b b:2] map[a:b b:2] map["a":"b" "b":"2"] map[string]string{"a":"b", "b":"2"} map[%!d(string=a):%!d(string=b) %!d(string=b):%!d(string=2)]',
      ],
      [
        'pool',
        '{{range .}}{{printf "%v %q %#v %x" .Spec.AllowedUses .Spec.AllowedUses .Spec.AllowedUses .Spec.AllowedUses}}{{end}}',
        '[Workload Tunnel] ["Workload" "Tunnel"] []v3.IPPoolAllowedUse{"Workload", "Tunnel"} [576f726b6c6f6164 54756e6e656c]',
      ],
      [
        'pool',
        '{{range .}}{{printf "%v %+v %#v %d %s" .Status .Status .Status .Status .Status}}{{end}}',
        '<nil> <nil> (*v3.IPPoolStatus)(nil) 0 %!s(*v3.IPPoolStatus=<nil>)',
      ],
      [
        'pool',
        '{{range .}}{{printf "%s %v %#v %d %q" .CreationTimestamp .CreationTimestamp .CreationTimestamp .CreationTimestamp .CreationTimestamp}}{{end}}',
        '2024-01-02 03:04:05 +0000 UTC 2024-01-02 03:04:05 +0000 UTC time.Date(2024, time.January, 2, 3, 4, 5, 0, time.UTC) {{0 63839761445 0}} "2024-01-02 03:04:05 +0000 UTC"',
      ],
      [
        'pool',
        '{{printf "%T" .}} {{range .}}{{printf "%T %T %T %T %T" . .Labels .Spec.IPIPMode .Spec.AssignmentMode 1.5}}{{end}}',
        '[]runtime.Object *v3.IPPool map[string]string v3.IPIPMode *v3.AssignmentMode float64',
      ],
      [
        'peers',
        '{{range .}}{{printf "%v %s %d" .Spec.MaxRestartTime .Spec.MaxRestartTime .Spec.ASNumber}};{{end}}',
        '&Duration{Duration:1m30s,} &Duration{Duration:1m30s,} 64512;nil nil 0;',
      ],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });

  describe('complains about directives that do not fit', () => {
    it.each<readonly [Objects, string, string]>([
      ['pool', '{{printf "%d %d" 1}}', '1 %!d(MISSING)'],
      ['pool', '{{printf "%d" 1 "a" nil}}', '1%!(EXTRA string=a, <nil>)'],
      ['pool', '{{printf "%z %d %t %s" 1 "a" 2 true}}', '%!z(int=1) %!d(string=a) %!t(int=2) %!s(bool=true)'],
      ['pool', '{{printf "%"}}{{printf "%d%" 1}}{{printf "%!" 1}}', '%!(NOVERB)1%!(NOVERB)%!!(int=1)'],
      ['pool', '{{printf "%d %s %v %T" nil nil nil nil}}', '%!d(<nil>) %!s(<nil>) <nil> <nil>'],
      ['pool', '{{printf "%5%|%%"}}', '%|%'],
      ['pool', '{{printf "%w" "a"}}{{printf "%+q" 1.5}}', '%!w(string=a)%!q(float64=+1.5)'],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });

  describe('takes operands by number, and widths from operands', () => {
    it.each<readonly [Objects, string, string]>([
      ['pool', '{{printf "%[2]d %[1]d" 1 2}}', '2 1'],
      ['pool', '{{printf "%[3]*.[2]*[1]f" 12.0 2 6}}', ' 12.00'],
      ['pool', '{{printf "%*d|%-*d|%.*f" 4 7 4 7 2 3.14159}}', '   7|7   |3.14'],
      ['pool', '{{printf "%[5]d %[x]d %[1" 1}}', '%!d(BADINDEX) %!d(BADINDEX) %!(NOVERB)'],
      ['pool', '{{printf "%*d %.*f" "a" 1 -1 1.5}}', '%!(BADWIDTH)1 %!(BADPREC)1.500000'],
      ['pool', '{{printf "%d %[1]d %d" 1 2 3}}', '1 1 2'],
      ['pool', '{{printf "%.[2]d %[1]5d" 1 2}}', '2 %!d(BADINDEX)'],
    ])('%s %j', (objects, template, expected) => {
      expect(render(template, objects)).toBe(expected);
    });
  });
});
