/** Lines that follow the Go tool's words. Every line of a text gets the prefix. */
export function prefixed(prefix: 'hint' | 'warning', texts: readonly string[]): string {
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line !== '')
    .map((line) => `${prefix}: ${line}\n`)
    .join('');
}
