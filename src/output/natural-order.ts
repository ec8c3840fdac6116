/** The order of keys in go-yaml's output. */

/**
 * Compares two keys: runs of digits as numbers (`a9` before `a10`), letters behind all other characters, upper case before lower case.
 */
export function compareNaturally(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === length) return a.length - b.length;
  const codeA = codePoint(a, at);
  const codeB = codePoint(b, at);
  const letterA = isLetter(codeA);
  if (letterA !== isLetter(codeB)) return letterA ? 1 : -1;
  if (!letterA && (isDigit(codeA) || isDigit(codeB))) return compareNumbers(a, b, at) || codeA - codeB;
  return codeA - codeB;
}

/** The character that a UTF-16 unit is part of. */
function codePoint(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return text.codePointAt(unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at) ?? 0;
}

/** Compares the digits from a place on; one of the places may hold none, which counts as 0. */
function compareNumbers(a: string, b: string, at: number): number {
  const digitsA = digitsFrom(a, at);
  const digitsB = digitsFrom(b, at);
  // A zero is only a leading zero when the digits before it, which both have, are zeros.
  const continues = (a.charAt(at) === '0' || b.charAt(at) === '0') && /[1-9]0*$/.test(a.slice(0, at));
  const valueA = `${continues ? '1' : ''}${digitsA}`.replace(/^0+/, '');
  const valueB = `${continues ? '1' : ''}${digitsB}`.replace(/^0+/, '');
  if (valueA.length !== valueB.length) return valueA.length - valueB.length;
  if (valueA !== valueB) return valueA < valueB ? -1 : 1;
  return digitsA.length - digitsB.length;
}

function digitsFrom(text: string, start: number): string {
  let end = start;
  while (end < text.length && isDigit(text.charCodeAt(end))) end++;
  return text.slice(start, end);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLetter(code: number): boolean {
  if (code < 0x80) return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
  return /\p{L}/u.test(String.fromCodePoint(code));
}
