import { describe, expect, it } from 'vitest';
import { describeNotice } from '../../src/manifests/manifest.ts';
import { findTraps } from '../../src/manifests/traps.ts';
import { parseYaml } from '../../src/manifests/yaml/parse.ts';

function traps(text: string): readonly string[] {
  const lines = text.split('\n');
  return findTraps(parseYaml(text).root, 'f', (line) => lines[line - 1] ?? '').map(describeNotice);
}

describe('findTraps() finds', () => {
  it.each<readonly [string, string, readonly string[]]>([
    [
      'a selector that YAML takes for a tag',
      'spec:\n  nodeSelector: !has(rr)\n',
      [
        'f:2: spec.nodeSelector: YAML reads !has(rr) as a tag, so nodeSelector is empty; write: nodeSelector: "!has(rr)"',
      ],
    ],
    [
      'a tag with a text behind it',
      'spec:\n  nodeSelector: !all x\n',
      ['f:2: spec.nodeSelector: YAML reads !all as a tag, so nodeSelector is "x"; write: nodeSelector: "!all x"'],
    ],
    [
      'such a selector in a list',
      'spec:\n  l:\n  - s: !has(rr)\n  - s: !x\n',
      [
        'f:3: spec.l[0].s: YAML reads !has(rr) as a tag, so s is empty; write: s: "!has(rr)"',
        'f:4: spec.l[1].s: YAML reads !x as a tag, so s is empty; write: s: "!x"',
      ],
    ],
    [
      'label values that are no text',
      'metadata:\n  labels:\n    a: true\n    b: 010\n    c: 1.10\n    d: yes\n    e: 5\n    f: "true"\n    g: text\n    h: ~\n',
      [
        'f:3: metadata.labels.a: true is not quoted; kubectl would refuse it; write: a: "true"',
        'f:4: metadata.labels.b: YAML reads 010 as a number, the value becomes "8"; write: b: "010"',
        'f:5: metadata.labels.c: YAML reads 1.10 as a number, the value becomes "1.1"; write: c: "1.10"',
        'f:6: metadata.labels.d: YAML reads yes as a boolean, the value becomes "true"; write: d: "yes"',
        'f:7: metadata.labels.e: 5 is not quoted; kubectl would refuse it; write: e: "5"',
      ],
    ],
    [
      'such values of annotations, in one line too',
      'metadata: {annotations: {a: on, b: 7}}\n',
      [
        'f:1: metadata.annotations.a: YAML reads on as a boolean, the value becomes "true"; write: a: "on"',
        'f:1: metadata.annotations.b: 7 is not quoted; kubectl would refuse it; write: b: "7"',
      ],
    ],
    [
      'labels in a list of objects',
      'items:\n- metadata:\n    labels: {a: off}\n',
      ['f:3: items[0].metadata.labels.a: YAML reads off as a boolean, the value becomes "false"; write: a: "off"'],
    ],
  ])('%s', (_, text, expected) => {
    expect(traps(text)).toEqual(expected);
  });

  it.each([
    ['a quoted selector', 'spec: {nodeSelector: "!has(rr)"}\n'],
    ['tags of YAML itself', 'spec: {a: !!str yes, b: !!int 5}\nmetadata: {labels: {a: !!str 010}}\n'],
    ['numbers and booleans elsewhere', 'spec: {asNumber: 64512, disabled: true, labels: {a: 1}}\n'],
    ['labels of something else', 'spec: {podLabels: {a: true}}\nlabels: {a: true}\n'],
  ])('nothing in %s', (_, text) => {
    expect(traps(text)).toEqual([]);
  });
});
