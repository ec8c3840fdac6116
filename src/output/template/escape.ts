/** The escapes of Go's text/template: `html`, `js` and `urlquery`. */
import { isPrintable } from './quote.ts';

const HTML: Readonly<Record<string, string>> = {
  '\0': '\uFFFD',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (char) => HTML[char] ?? char);
}

export function escapeJs(text: string): string {
  return text.replace(/[^ !#-%(-;?-[\]-~]/gu, (char) => {
    if (char === '\\' || char === "'" || char === '"') return `\\${char}`;
    if (char > '~' && isPrintable(char)) return char;
    const code = char.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

const encoder = new TextEncoder();

/** As in the query of a URL, with `+` for blanks. */
export function escapeQuery(text: string): string {
  return text.replace(/[^A-Za-z0-9_.~-]/gu, (char) => {
    if (char === ' ') return '+';
    const bytes = Array.from(encoder.encode(char), (byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
    return `%${bytes.join('%')}`;
  });
}
