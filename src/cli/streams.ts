/** The process's streams as operations and commands see them. */
import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { Streams } from '../context.ts';
import { standardError, standardOutput } from './output.ts';

export interface ColourChoice {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--no-color` */
  readonly off: boolean;
}

/** Colour only on a terminal, and never against NO_COLOR (https://no-color.org). */
export function usesColour(isTTY: boolean, { env, off }: ColourChoice): boolean {
  return isTTY && !off && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}

/** Terminals are character devices, and what else is need not load the module that knows terminals. */
function isTerminal(descriptor: 1 | 2): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice() && isatty(descriptor);
  } catch {
    return false;
  }
}

/** The real streams. A reader that went away (`| head`) ends output without a word. */
export function processStreams(choice: ColourChoice): Streams {
  const outIsTTY = isTerminal(1);
  return {
    async readInput() {
      const chunks: Uint8Array[] = [];
      for await (const chunk of process.stdin) if (chunk instanceof Uint8Array) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    out: (text) => standardOutput.write(text),
    err: (text) => standardError.write(text),
    // The stream itself knows it, but is not made where nobody looks.
    get width() {
      return (outIsTTY && process.stdout.columns) || 80;
    },
    outIsTTY,
    errIsTTY: isTerminal(2),
    colour: usesColour(outIsTTY, choice),
  };
}
