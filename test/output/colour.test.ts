import { describe, expect, it } from 'vitest';
import { colouredDiff } from '../../src/output/colour.ts';

describe('colouredDiff()', () => {
  it('colours lines by their sign and changes nothing else', async () => {
    const diff = '--- a\n+++ b\n@@ -1,3 +1,3 @@\n same\n-old\n+new\n';
    const coloured = await colouredDiff(diff);
    // ECMA-48: 1 bold, 31 red, 32 green, 36 cyan.
    expect(coloured.replaceAll('\u001B', '^')).toBe(
      '^[1m--- a^[22m\n^[1m+++ b^[22m\n^[36m@@ -1,3 +1,3 @@^[39m\n same\n^[31m-old^[39m\n^[32m+new^[39m\n',
    );
  });
});
