/** The value of `--output` of commands that have formats of their own. */
import { UsageError } from './argv.ts';

/** What belongs to the format that was given. @throws {UsageError} that names all formats */
export function formatIn<T>(formats: Readonly<Record<string, T>>, given: string): T {
  const found = Object.hasOwn(formats, given) ? formats[given] : undefined;
  if (found === undefined) throw unknownFormat(Object.keys(formats), given);
  return found;
}

/** The format that was given. @throws {UsageError} that names all formats */
export function formatAmong<T extends string>(formats: readonly T[], given: string): T {
  const found = formats.find((format) => format === given);
  if (found === undefined) throw unknownFormat(formats, given);
  return found;
}

function unknownFormat(formats: readonly string[], given: string): UsageError {
  return new UsageError(`unrecognized output format '${given}'`, [`formats: ${formats.join(', ')}`]);
}
