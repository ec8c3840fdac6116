/** The values of `--output`. */

export type Format =
  | { readonly type: 'ps' | 'wide' | 'yaml' | 'json' | 'name' }
  | { readonly type: 'custom-columns'; readonly headings: readonly string[] }
  | { readonly type: 'go-template'; readonly template: string }
  | { readonly type: 'go-template-file'; readonly path: string }
  | { readonly type: 'jsonpath'; readonly expression: string };

/** A format that does not exist or lacks its value. The message is the Go calicoctl's. */
export class FormatError extends Error {
  override readonly name = 'FormatError' as const;
  readonly hints: readonly string[];
  constructor(message: string, hints: readonly string[] = []) {
    super(message);
    this.hints = hints;
  }
}

const PLAIN: Readonly<Record<string, 'ps' | 'wide' | 'yaml' | 'json' | 'name'>> = {
  ps: 'ps',
  wide: 'wide',
  yaml: 'yaml',
  yml: 'yaml',
  json: 'json',
  name: 'name',
};
const ALL = 'ps, wide, yaml, json, name, custom-columns=…, jsonpath=…, go-template=…, go-template-file=…';

/** Reads the value of `--output`. @throws {FormatError} */
export function parseFormat(text: string): Format {
  const plain = Object.hasOwn(PLAIN, text) ? PLAIN[text] : undefined;
  if (plain !== undefined) return { type: plain };
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const value = equals < 0 ? '' : text.slice(equals + 1);
  switch (name) {
    case 'custom-columns':
      if (value === '')
        throw new FormatError('need to specify at least one column', ['such as -o custom-columns=NAME']);
      return { type: 'custom-columns', headings: value.split(',') };
    case 'go-template':
      if (value === '')
        throw new FormatError('need to specify a template', [
          "such as -o go-template='{{range .}}{{range .Items}}{{.Name}} {{end}}{{end}}'",
        ]);
      return { type: 'go-template', template: value };
    case 'go-template-file':
      if (value === '')
        throw new FormatError('need to specify a template file', ['such as -o go-template-file=names.tmpl']);
      return { type: 'go-template-file', path: value };
    case 'jsonpath':
      if (value === '')
        throw new FormatError('need to specify a jsonpath expression', [
          "such as -o jsonpath='{.items[*].metadata.name}'",
        ]);
      return { type: 'jsonpath', expression: value };
    default:
      throw new FormatError(`unrecognized output format '${text}'`, [`formats: ${ALL}`]);
  }
}
