/** How a verb of Go's fmt is to be carried out, and padding to its width (pkg.go.dev/fmt). */
export interface Flags {
  readonly plus: boolean;
  readonly minus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  readonly width?: number;
  readonly precision?: number;
  /** `%+v`: structs with the names of their fields */
  readonly names: boolean;
  /** `%#v`: values in Go syntax */
  readonly syntax: boolean;
}

export const PLAIN: Flags = {
  plus: false,
  minus: false,
  sharp: false,
  space: false,
  zero: false,
  names: false,
  syntax: false,
};

/** Fills a text up to the width, counted in characters. */
export function pad(text: string, { width, minus, zero }: Flags): string {
  if (width === undefined) return text;
  const missing = width - Array.from(text).length;
  if (missing <= 0) return text;
  if (minus) return text + ' '.repeat(missing);
  return (zero ? '0' : ' ').repeat(missing) + text;
}
