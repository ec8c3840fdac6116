/** The process's streams as operations and commands see them. */
import type { Streams } from '../context.ts';

export interface ColourChoice {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--no-color` */
  readonly off: boolean;
}

/** Colour only on a terminal, and never against NO_COLOR (https://no-color.org). */
export function usesColour(isTTY: boolean, { env, off }: ColourChoice): boolean {
  return isTTY && !off && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}

/** The real streams. A reader that went away (`| head`) ends output without a word. */
export function processStreams(choice: ColourChoice): Streams {
  const { stdin, stdout, stderr } = process;
  const quiet = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
  };
  stdout.on('error', quiet);
  stderr.on('error', quiet);
  return {
    async readInput() {
      const chunks: Uint8Array[] = [];
      for await (const chunk of stdin) if (chunk instanceof Uint8Array) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    width: stdout.columns || 80,
    outIsTTY: stdout.isTTY,
    errIsTTY: stderr.isTTY,
    colour: usesColour(stdout.isTTY, choice),
  };
}

/** Resolves when everything written so far was handed to the reader, or the reader went away. */
export async function drained(): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map(
      (stream) =>
        new Promise<void>((resolve) => {
          if (stream.destroyed || !stream.writable) resolve();
          else {
            stream.once('error', () => resolve());
            stream.write('', () => resolve());
          }
        }),
    ),
  );
}
