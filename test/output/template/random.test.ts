import { describe, expect, it } from 'vitest';
import { render } from './support.ts';

/** Numbers below a bound, always the same ones for the same seed. */
function randomNumbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

const PIECES = [
  ['{{', '}}', '{{-', '-}}', '{{/*', '*/}}', ' ', ' ', ' ', '\n', 'text', 'é', '\\', '"', "'", '`', '%', '#'],
  ['if', 'else', 'else if', 'with', 'range', 'end', 'break', 'continue', 'define "a"', 'block "a"', 'template "a"'],
  ['.', '.Name', '.Spec', '.Spec.CIDR', '.Labels', '.Nope', '$', '$x', '$.Name', '$x := ', '$x = ', '$i, $x := '],
  ['1', '-2', '0x1F', '1e3', '1.5', '1i', '"a"', '`b`', "'c'", 'nil', 'true', '(', ')', '|', ',', '=', ':='],
  ['print', 'printf "%v%5d"', 'len', 'index', 'slice', 'eq', 'lt', 'and', 'or', 'not', 'html', 'join', 'call'],
  ['{{range .}}', '{{if .}}', '{{with .}}', '{{end}}', '{{else}}', '{{index . 0}}', '{{.}}'],
].flat();

describe('renderTemplate() of a random template', () => {
  it('answers with a text or with an error that names its place', () => {
    const random = randomNumbers(20_240_102);
    const outcomes = { text: 0, error: 0 };
    for (let run = 0; run < 2000; run++) {
      const template = Array.from({ length: 1 + random(14) }, () => PIECES[random(PIECES.length)]).join('');
      // What is no error of a template is thrown, and fails the test with the template in its message.
      const answer = attempt(template);
      if (/^template: get:\d+(?::\d+)?: \S/.test(answer)) outcomes.error++;
      else outcomes.text++;
    }
    expect(outcomes.text).toBeGreaterThan(100);
    expect(outcomes.error).toBeGreaterThan(100);
  });
});

function attempt(template: string): string {
  try {
    return render(template, 'pool');
  } catch (error) {
    throw new Error(`template ${JSON.stringify(template)}`, { cause: error });
  }
}
