/** The few shapes that the many settings of Felix have. */
import { durationSchema } from '../scalars/codecs.ts';
import type { Field, Pattern, PointerSchema, TextSchema } from '../schema.ts';
import { bool, field, int, pointer, text } from '../schema.ts';

/** A pattern as the CRD prints it; Go's `(?i)` becomes a flag. */
export function pattern(go: string): Pattern {
  return { text: go, test: new RegExp(go.replace('(?i)', ''), go.includes('(?i)') ? 'i' : '') };
}

/** Any of some words or nothing, in any case. */
export function words(...accepted: readonly string[]): Pattern {
  return pattern(`^(?i)(${accepted.join('|')})?$`);
}

/** The doubled backslash is the CRD's: fractions of a unit (`1.5s`) do not pass. */
const INTERVAL = pattern(String.raw`^([0-9]+(\\.[0-9]+)?(ms|s|m|h))*$`);

export function flag(go: string, doc: string) {
  return field(go, pointer(bool()), { doc });
}

export function number(go: string, doc: string, tags?: readonly string[]) {
  return field(go, pointer(int()), { ...(tags === undefined ? {} : { tags }), doc });
}

/** A duration with the CRD's pattern for most of them. */
export function interval(go: string, doc: string) {
  return field(go, pointer({ ...durationSchema(), pattern: INTERVAL }), { doc });
}

/** A duration without a pattern. */
export function duration(go: string, doc: string) {
  return field(go, pointer(durationSchema()), { doc });
}

export function string(go: string, doc: string, options: Partial<Omit<TextSchema, 'type'>> = {}): Field<TextSchema> {
  return field(go, text(options), { doc });
}

/** A string of which Felix tells empty from absent. */
export function optional(
  go: string,
  doc: string,
  options: Partial<Omit<TextSchema, 'type'>> = {},
): Field<PointerSchema<TextSchema>> {
  return field(go, pointer(text(options)), { doc });
}

export const SWITCH = ['Enabled', 'Disabled'] as const;
