/** Flags that commands share. */
import * as Flags from '@oclif/core/flags';

/** Flags of every command; those of the Go tool may also stand before the command. */
export const globalFlags = {
  help: Flags.boolean({ char: 'h', summary: 'Show help.' }),
  'log-level': Flags.string({
    char: 'l',
    summary: 'Log level: panic, fatal, error, warn, info or debug.',
    default: 'panic',
  }),
  context: Flags.string({ summary: 'Context of the kubeconfig to use.', default: '' }),
  'allow-version-mismatch': Flags.boolean({
    summary: 'Go on although the cluster runs a release that is not known (also CALICOCTL_ALLOW_VERSION_MISMATCH=1).',
  }),
  'request-timeout': Flags.string({
    summary: 'How long one request may take, such as 10s; 0 for no limit.',
    default: '30s',
  }),
  'no-color': Flags.boolean({ summary: 'No colour, even on a terminal (also NO_COLOR).' }),
  safe: Flags.boolean({
    summary:
      'Refuse input that is accepted but risky (also CALICOCTL_SAFE=1). Every command takes it; those that neither read manifests nor write do as without it.',
  }),
};

export const configFlag = {
  config: Flags.string({
    char: 'c',
    summary: 'Connection settings in YAML or JSON; /etc/calico/calicoctl.cfg by default.',
  }),
};

export const namespaceFlag = {
  namespace: Flags.string({ char: 'n', summary: 'Namespace of the resource.', default: '' }),
};

/** Where resources come from. */
export const inputFlags = {
  filename: Flags.string({ char: 'f', summary: 'File or directory of manifests, or - for standard input.' }),
  recursive: Flags.boolean({ char: 'R', summary: 'Descend into sub-directories of the directory given with -f.' }),
  'skip-empty': Flags.boolean({ summary: 'Files without data are not an error.' }),
  ...configFlag,
  ...namespaceFlag,
};

/** What commands that write have besides. */
export const writeFlags = {
  'dry-run': Flags.string({ summary: 'Check everything and write nothing: --dry-run or --dry-run=server.' }),
  output: Flags.string({ char: 'o', summary: 'Print one result per resource: json, yaml or name.' }),
};

/** What commands that write many objects have besides. */
export const manyFlags = {
  concurrency: Flags.string({
    summary:
      'How many resources are written at once, up to 16 in Kubernetes; any number above 1 makes etcd write batches of up to 128; 1 is strictly one after the other.',
    default: '16',
  }),
};

/** Flags whose value may be left out, with the value they then have; the parser of the command line knows them from here. */
export const OPTIONAL_VALUES: Readonly<Record<string, string>> = { 'dry-run': 'server' };
