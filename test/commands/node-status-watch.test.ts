import { describe, expect, it } from 'vitest';
import { statusJson } from '../../src/commands/node/status-json.ts';
import { checkText, statusText } from '../../src/commands/node/status-text.ts';
import { watchStatus } from '../../src/commands/node/status-watch.ts';
import type { ProbeResult } from '../../src/operations/status-probe.ts';
import { testContext } from '../operations/node-support.ts';
import { check, report, result } from './status-support.ts';

const PLAIN = { wide: false, colour: false };
const UP = ['1002-Mesh_10_0_0_1 BGP      master   up     2021-11-05  Established   '];

describe('watchStatus()', () => {
  const first = result({}, report({}, UP));
  const second = result(
    { check },
    report({}, ['1002-Mesh_10_0_0_1 BGP      master   start  08:00:09    Connect       ']),
  );
  const third = result({ felix: 'not-checked' }, report({ outcome: 'failed', problem: 'i/o timeout' }));

  /** What is printed while the results follow each other; then the command is ended. */
  async function watched(format: 'ps' | 'wide' | 'json' | 'yaml', results: readonly ProbeResult[], onTerminal = false) {
    const controller = new AbortController();
    const left = [...results];
    const last = results.at(-1) ?? first;
    // The watch waits between two looks: here no longer than it must.
    const context = testContext({
      signal: controller.signal,
      io: { outIsTTY: onTerminal },
      now: () => new Date('2026-11-21T11:01:46.123Z'),
    });
    const look = () => {
      const next = left.shift();
      if (next === undefined) controller.abort(new Error('Ctrl-C'));
      return Promise.resolve(next ?? last);
    };
    await expect(watchStatus(context, { look }, format, 1)).rejects.toThrow('Ctrl-C');
    return { out: context.printed.out, warnings: context.warnings };
  }

  it('prints a line for each change where there is no terminal', async () => {
    expect((await watched('ps', [first, first, second, third])).out).toBe(`2026-11-21T11:01:46Z felix: running
2026-11-21T11:01:46Z ipv4 BIRD: answered
2026-11-21T11:01:46Z ipv4 10.0.0.1 node-to-node mesh Mesh_10_0_0_1: up Established
2026-11-21T11:01:46Z ipv6 BIRD: not-running
2026-11-21T11:01:46Z ipv4 10.0.0.1 node-to-node mesh Mesh_10_0_0_1: up Established -> start Connect
2026-11-21T11:01:46Z check: 1 of 3 expected sessions are up.
2026-11-21T11:01:46Z ipv4 BIRD: answered -> failed, i/o timeout
2026-11-21T11:01:46Z felix: running -> gone
2026-11-21T11:01:46Z ipv4 10.0.0.1 node-to-node mesh Mesh_10_0_0_1: start Connect -> gone
2026-11-21T11:01:46Z check: 1 of 3 expected sessions are up. -> gone
`);
  });

  it('prints a document for each change, each JSON document on one line', async () => {
    const { out } = await watched('json', [first, first, second]);
    expect(out).toBe([first, second].map((one) => `${JSON.stringify(statusJson(one))}\n`).join(''));
    const yaml = await watched('yaml', [first, first]);
    expect(yaml.out.match(/^---\nfelix: running$/gm)?.length).toBe(1);
  });

  it('redraws in place on a terminal', async () => {
    const { out } = await watched('ps', [first, second], true);
    const screens = out.split('\x1b[H').slice(1);
    const shown = screens.map((screen) => screen.replaceAll('\x1b[K', '').replace('\x1b[J', ''));
    expect(out.startsWith('\x1b[2J\x1b[H')).toBe(true);
    expect(screens.every((screen) => screen.endsWith('\x1b[J'))).toBe(true);
    expect(shown.slice(0, 2)).toEqual([
      (await statusText(first, PLAIN)).stdout,
      (await statusText(second, PLAIN)).stdout + checkText(check),
    ]);
  });

  it('warns once of what stays the same', async () => {
    const uneasy = { ...first, warnings: ['no datastore'] };
    expect((await watched('ps', [uneasy, uneasy, first, uneasy])).warnings).toEqual(['no datastore', 'no datastore']);
  });
});
