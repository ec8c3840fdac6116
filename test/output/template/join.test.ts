import { describe, expect, it } from 'vitest';
import { renderTemplate } from '../../../src/output/template/render.ts';
import { render } from './support.ts';

describe('join', () => {
  it.each([
    ['lists by their items', '{{range .}}{{join .Spec.AllowedUses ","}}{{end}}', 'Workload,Tunnel'],
    ['maps by key=value', '{{range .}}{{join .Labels ", "}}{{end}}', 'a=b, b=2'],
    ['anything else as it is', '{{range .}}{{join .Spec.CIDR ","}} {{join 3 ","}}{{end}}', '10.4.0.0/16 3'],
    ['nothing as nothing', '{{range .}}{{join nil ","}}{{join .Annotations ","}}{{join .Labels.none ","}}{{end}}', ''],
  ])('writes %s', (_, template, expected) => {
    expect(render(template, 'pool')).toBe(expected);
  });
});

describe('joinAndTruncate', () => {
  it.each([
    [4, 'W...'],
    [14, 'Workload,Tu...'],
    [15, 'Workload,Tunnel'],
    [2, '...'],
    [0, 'Workload,Tunnel'],
  ])('cuts a list to at most %i bytes', (most, expected) => {
    expect(render(`{{range .}}{{joinAndTruncate .Spec.AllowedUses "," ${most}}}{{end}}`, 'pool')).toBe(expected);
  });

  it('does not look at items behind the one that makes the text too long', () => {
    expect(render('{{range .}}{{joinAndTruncate .Spec.AllowedUses "," 7}}{{end}}', 'pool')).toBe('Work...');
  });

  it('counts the bytes of characters beyond ASCII', () => {
    expect(render('{{joinAndTruncate "aéééé" "," 8}} {{joinAndTruncate "aéééé" "," 9}}', 'nothing')).toBe(
      'aéé... aéééé',
    );
  });
});

describe('config', () => {
  it('answers the AS number of the cluster', () => {
    expect(renderTemplate('{{config "asnumber"}}', [], { asnumber: 'unknown' })).toBe('unknown');
  });
});
