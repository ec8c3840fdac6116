/** Texts of table cells that several kinds share. */

/** Items with commas between them. */
export function joined(items: readonly string[] | undefined): string {
  return (items ?? []).join(',');
}

/** {@link joined}, cut to at most 80 characters, of which the last three are then `...`. */
export function joinedShort(items: readonly string[] | undefined): string {
  const text = joined(items);
  return text.length > WIDTH ? `${text.slice(0, WIDTH - 3)}...` : text;
}

const WIDTH = 80;
