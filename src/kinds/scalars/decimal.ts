/**
 * The number that a text of decimal digits stands for; undefined when there is anything but digits, or when it is more than `max`.
 * Leading zeros are fine, as in Go's `strconv.ParseUint`.
 */
export function decimal(text: string, max: number): number | undefined {
  if (!/^[0-9]+$/.test(text)) return undefined;
  const number = Number(text);
  return number <= max ? number : undefined;
}
