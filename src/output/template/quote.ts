/** Go's notation of strings and characters (strconv.Quote, and the `%U` of fmt). */

const ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};
const PRINTABLE = /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;

/** As strconv.Quote: escapes for what is not printable; with `ascii` for everything beyond ASCII too. */
export function quote(text: string, ascii = false): string {
  return quoteWith(text, '"', ascii);
}

/** As strconv.QuoteRune. */
export function quoteRune(char: string, ascii = false): string {
  return quoteWith(char, "'", ascii);
}

function quoteWith(text: string, mark: string, ascii: boolean): string {
  let out = mark;
  for (const char of text) {
    const escape = char === mark ? `\\${mark}` : ESCAPES[char];
    if (escape !== undefined) out += escape;
    else if (char <= '~' ? char >= ' ' : !ascii && isPrintable(char)) out += char;
    else out += escaped(char.codePointAt(0) ?? 0);
  }
  return out + mark;
}

/** Whether Go prints the character as it is: letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isPrintable(char: string): boolean {
  return PRINTABLE.test(char);
}

function escaped(code: number): string {
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  if (code >= 0xd800 && code <= 0xdfff) return '\\ufffd';
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

/** As `%#U`: `U+0023 '#'`. */
export function runeName(char: string): string {
  const name = `U+${hex(char.codePointAt(0) ?? -1, 4).toUpperCase()}`;
  return isPrintable(char) ? `${name} '${char}'` : name;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/gsu;

/**
 * The text between the marks of a Go literal with its escapes resolved; undefined when it holds one that Go does not know. Escapes of
 * bytes (`\xff`, `\377`) that make up no UTF-8 become U+FFFD.
 */
export function unescapeGo(body: string, mark: string): string | undefined {
  if (!body.includes('\\')) return body;
  const bytes: number[] = [];
  let text = '';
  let valid = true;
  let end = 0;
  const flush = () => {
    text += new TextDecoder('utf-8', { ignoreBOM: true }).decode(new Uint8Array(bytes));
    bytes.length = 0;
  };
  for (const match of body.matchAll(ESCAPE)) {
    const [whole, byte, short, long, octal, char = ''] = match;
    if (match.index > end) {
      flush();
      text += body.slice(end, match.index);
    }
    end = match.index + whole.length;
    const number =
      byte !== undefined ? Number.parseInt(byte, 16) : octal !== undefined ? Number.parseInt(octal, 8) : -1;
    if (number >= 0) {
      if (number > 255) valid = false;
      bytes.push(number);
      continue;
    }
    flush();
    const code = short ?? long;
    if (code !== undefined) {
      const point = Number.parseInt(code, 16);
      if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) valid = false;
      else text += String.fromCodePoint(point);
    } else if (char === mark) text += mark;
    else if (SIMPLE[char] !== undefined) text += SIMPLE[char];
    else valid = false;
  }
  flush();
  if (body.slice(end).endsWith('\\')) valid = false;
  return valid ? text + body.slice(end) : undefined;
}
