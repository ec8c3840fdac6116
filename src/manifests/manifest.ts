import type { Kind } from '../kinds/kind.ts';
import type { Position } from '../kinds/node.ts';
import type { Resource } from '../kinds/resource.ts';

/** A resource and where it was written. */
export interface ManifestResource {
  readonly kind: Kind;
  readonly resource: Resource;
  /** as it is shown: `-` for standard input */
  readonly file: string;
  /** line of the object's first field */
  readonly line: number;
  /** JSON paths of the fields that could not be read; empty for every resource that is used */
  readonly unread: readonly string[];
  /** where a field stands, by JSON path (`spec.cidr`); the nearest parent that was written when the field itself was not */
  position(path: string): Position;
}

/** Something accepted that is probably not what was meant, or the place of an error. */
export interface Notice {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** JSON path of the field, when it is known */
  readonly path?: string;
  /** what is wrong */
  readonly problem: string;
  /** the corrected line, or what to do */
  readonly fix?: string;
  /** what kind of trap it is, for those who look for it: a value that YAML read as a tag */
  readonly trap?: 'lost-tag';
}

/** The problem of a notice about text of a file that no object comes from. Whoever rewrites such a file would lose it. */
export const NOT_READ = 'is not read';

export interface Manifests {
  readonly resources: readonly ManifestResource[];
  /** traps: accepted input that is risky */
  readonly warnings: readonly Notice[];
}

/** Input that cannot be read. The message is the Go tool's. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError' as const;
  /** `syntax` is printed after `failed to execute command: `; `empty` stands alone */
  readonly reason: 'syntax' | 'empty';
  readonly notices: readonly Notice[];
  /** what could be read of the file all the same, so that its other faults can be told in one go; nothing of it is used */
  readonly readable: readonly ManifestResource[];
  constructor(
    reason: ManifestError['reason'],
    message: string,
    notices: readonly Notice[] = [],
    options: { readonly readable?: readonly ManifestResource[]; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.reason = reason;
    this.notices = notices;
    this.readable = options.readable ?? [];
  }
}

/** `file:line: path: problem`, the form of every positioned line. */
export function describeNotice({ file, line, path, problem, fix }: Notice): string {
  const place = line > 0 ? `${file}:${line}` : file;
  const what = path === undefined || path === '' ? problem : `${path}: ${problem}`;
  return fix === undefined ? `${place}: ${what}` : `${place}: ${what}; write: ${fix}`;
}
