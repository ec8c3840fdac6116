/** A control socket that plays a script instead of being a daemon: for faults that no daemon can be made to have. */
import { mkdtempSync, rmSync } from 'node:fs';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** What it does next: sends a text as it is, waits for a command, waits some milliseconds, hangs up, or does nothing any more. */
export type Act = { readonly send: string } | { readonly pause: number } | 'command' | 'close' | 'hang';

export interface ScriptedBird {
  readonly folder: string;
  readonly path: string;
  /** everything that was sent to it */
  readonly heard: () => string;
}

/** Listens at `bird.ctl` (or another name) of a folder of its own, until the test ends. Every connection gets the whole script. */
export async function scriptedBird(
  script: readonly Act[],
  place: { readonly folder?: string; readonly name?: string } = {},
): Promise<ScriptedBird> {
  const { folder = makeFolder(), name = 'bird.ctl' } = place;
  const path = join(folder, name);
  let heard = '';
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    let received = 0;
    const commands = new EventEmitter();
    socket.on('error', () => {});
    socket.setEncoding('utf8').on('data', (chunk) => {
      heard += chunk.toString();
      received += chunk.toString().split('\n').length - 1;
      commands.emit('more');
    });
    void (async () => {
      for (const act of script) {
        if (act === 'hang') return;
        if (act === 'close') socket.end();
        else if (act === 'command') {
          while (received === 0) await once(commands, 'more');
          received--;
        } else if ('pause' in act) await sleep(act.pause);
        else socket.write(act.send);
      }
    })();
  });
  await once(server.listen(path), 'listening');
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return { folder, path, heard: () => heard };
}

/** A folder that is removed when the test ends. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'calicoctl-bird-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

export const GREETING: Act = { send: '0001 BIRD v0.3.3+birdv1.6.8 ready.\n' };

/** An answer to `show protocols` with these rows, ready to be sent. */
export function protocolTable(...rows: readonly string[]): string {
  const table = rows.map((row, index) => `${index === 0 ? '1002-' : ' '}${row}\n`).join('');
  return `2002-name     proto    table    state  since       info\n${table}0000 \n`;
}
