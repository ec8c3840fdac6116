/** The names in the value of a flag that takes several, with commas and perhaps blanks between them. */
export function namesIn(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
