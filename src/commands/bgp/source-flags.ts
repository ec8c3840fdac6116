/** Flags of commands that look at the BGP configuration. */
import * as Flags from '@oclif/core/flags';
import { UsageError } from '../../cli/argv.ts';
import { inputFlags } from '../../cli/flags.ts';

/** Where the configuration is read from. */
export const sourceFlags = {
  config: inputFlags.config,
  filename: Flags.string({ char: 'f', summary: 'Look at these manifests instead of the datastore.' }),
  recursive: inputFlags.recursive,
  'skip-empty': inputFlags['skip-empty'],
  merge: Flags.boolean({ summary: 'With -f: look at the datastore as it would be with the manifests applied.' }),
};

interface SourceValues {
  readonly filename?: string | undefined;
  readonly recursive: boolean;
  readonly 'skip-empty': boolean;
  readonly merge: boolean;
}

/** What these flags mean. @throws {UsageError} for `--merge` without manifests */
export function sourceOf({ filename, recursive, merge, 'skip-empty': skipEmpty }: SourceValues) {
  if (merge && (filename === undefined || filename === ''))
    throw new UsageError('--merge needs manifests: name them with --filename (-f)');
  return { filename: filename === '' ? undefined : filename, recursive, skipEmpty, merge };
}
