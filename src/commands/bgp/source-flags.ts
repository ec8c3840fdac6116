/** Flags of commands that look at the BGP configuration. */
import * as Flags from '@oclif/core/flags';
import { configFlag } from '../../cli/flags.ts';

/** Where the configuration is read from. */
export const sourceFlags = {
  ...configFlag,
  filename: Flags.string({ char: 'f', summary: 'Look at these manifests instead of the datastore.' }),
  recursive: Flags.boolean({ char: 'R', summary: 'Descend into sub-directories of the directory given with -f.' }),
  merge: Flags.boolean({ summary: 'With -f: look at the datastore as it would be with the manifests applied.' }),
};
