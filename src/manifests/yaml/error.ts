/** A document that cannot be read as YAML, or whose YAML has no JSON form. */
export class YamlError extends Error {
  override readonly name = 'YamlError' as const;
  /** line in the file, from 1; undefined where no single place is to blame */
  readonly line: number | undefined;
  /** column in that line, from 1 */
  readonly column: number | undefined;

  /**
   * @param message the Go tool's words, with the line number it gives (which counts within the document, and sometimes from 0):
   *   `yaml: line 3: did not find expected ',' or '}'`
   */
  constructor(message: string, at?: { readonly line: number; readonly column: number }) {
    super(message);
    this.line = at?.line;
    this.column = at?.column;
  }
}
