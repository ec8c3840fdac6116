/** The JSONPath templates of kubectl (Kubernetes documentation, "JSONPath Support"): text with paths in braces. */

/** One step of a path: every step maps a list of values to a list of values. */
export type Step =
  | { readonly type: 'field'; readonly name: string }
  /** the values of all paths, path by path */
  | { readonly type: 'union'; readonly paths: readonly (readonly Step[])[] }
  | { readonly type: 'wildcard' }
  | { readonly type: 'descend' }
  | { readonly type: 'index'; readonly index: number }
  | { readonly type: 'slice'; readonly from?: number; readonly to?: number; readonly by: number }
  | { readonly type: 'filter'; readonly left: Operand; readonly operator?: Operator; readonly right?: Operand };

export type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=' | '=~';
export type Operand = { readonly path: Path } | { readonly value: string | number | boolean };

export interface Path {
  /** written with `$`: it begins at the document, not at the current object */
  readonly absolute: boolean;
  readonly steps: readonly Step[];
}

export type Part =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'path'; readonly path: Path }
  | { readonly type: 'range'; readonly path: Path; readonly body: readonly Part[] };

/** An expression that cannot be read. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError' as const;
  constructor(message: string) {
    super(`error parsing jsonpath: ${message}`);
  }
}

/** Reads a template; one without braces is a single path. @throws {JsonPathError} */
export function parseJsonPath(template: string): readonly Part[] {
  const text = template.includes('{') ? template : `{${/^[.[$@]/.test(template) ? '' : '.'}${template}}`;
  const { parts, rest } = parseParts(text, false);
  if (rest !== '') throw new JsonPathError(`unexpected ${rest}`);
  return parts;
}

function parseParts(text: string, inRange: boolean): { readonly parts: readonly Part[]; readonly rest: string } {
  const parts: Part[] = [];
  let rest = text;
  while (rest !== '') {
    const open = rest.indexOf('{');
    if (open !== 0) {
      parts.push({ type: 'text', text: open < 0 ? rest : rest.slice(0, open) });
      rest = open < 0 ? '' : rest.slice(open);
      continue;
    }
    const close = closingBrace(rest);
    const inside = rest.slice(1, close).trim();
    rest = rest.slice(close + 1);
    if (inside === 'end') {
      if (!inRange) throw new JsonPathError('{end} without {range}');
      return { parts, rest };
    }
    const range = /^range\s+(.*)$/s.exec(inside);
    if (range !== null) {
      const body = parseParts(rest, true);
      parts.push({ type: 'range', path: parsePath(range[1] ?? ''), body: body.parts });
      rest = body.rest;
    } else if (/^["']/.test(inside)) parts.push({ type: 'text', text: unquoted(inside) });
    else parts.push({ type: 'path', path: parsePath(inside) });
  }
  if (inRange) throw new JsonPathError('{range} without {end}');
  return { parts, rest };
}

/** The place of the brace that closes the one at the start; quoted text may hold braces. */
function closingBrace(text: string): number {
  let quote = '';
  for (let index = 1; index < text.length; index++) {
    const char = text[index] ?? '';
    if (quote !== '') {
      if (char === '\\') index++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '}') return index;
  }
  throw new JsonPathError('unclosed action');
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function unquoted(text: string): string {
  const [quote = ''] = text;
  if (text.length < 2 || !text.endsWith(quote)) throw new JsonPathError(`unterminated quoted string ${text}`);
  return text.slice(1, -1).replace(/\\(.)/gs, (_, char: string) => ESCAPES[char] ?? char);
}

function parsePath(text: string): Path {
  const steps: Step[] = [];
  let rest = text.replace(/^[$@]/, '');
  if (rest !== '' && !/^[.[]/.test(rest)) throw new JsonPathError(`unrecognized character in action: ${text}`);
  while (rest !== '') {
    const step = nextStep(rest);
    steps.push(...step.steps);
    rest = step.rest;
  }
  return { absolute: text.startsWith('$'), steps };
}

function nextStep(text: string): { readonly steps: readonly Step[]; readonly rest: string } {
  if (text.startsWith('..'))
    return { steps: [{ type: 'descend' }], rest: /^\.\.[\w*-]/.test(text) ? text.slice(1) : text.slice(2) };
  if (text.startsWith('.[')) return nextStep(text.slice(1));
  if (text === '.') return { steps: [], rest: '' };
  const wildcard = /^\.\*(.*)$/s.exec(text);
  if (wildcard !== null) return { steps: [{ type: 'wildcard' }], rest: wildcard[1] ?? '' };
  const field = /^\.((?:[^.[\]{}()\s\\'"]|\\.)+)(.*)$/s.exec(text);
  if (field !== null)
    return { steps: [{ type: 'field', name: (field[1] ?? '').replace(/\\(.)/g, '$1') }], rest: field[2] ?? '' };
  if (text.startsWith('[')) {
    const end = closingBracket(text);
    return { steps: bracket(text.slice(1, end).trim()), rest: text.slice(end + 1) };
  }
  throw new JsonPathError(`unrecognized character in action: ${text}`);
}

function closingBracket(text: string): number {
  let [depth, quote] = [0, ''];
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? '';
    if (quote !== '') {
      if (char === '\\') index++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '[') depth++;
    else if (char === ']' && --depth === 0) return index;
  }
  throw new JsonPathError('unterminated array');
}

function bracket(inside: string): readonly Step[] {
  if (inside === '*') return [{ type: 'wildcard' }];
  if (inside.startsWith('?(') && inside.endsWith(')')) return [filter(inside.slice(2, -1).trim())];
  const parts: readonly string[] = inside.match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^,'"]+|./gs) ?? [];
  if (parts.includes(',')) return [{ type: 'union', paths: unionParts(parts, inside).map(bracket) }];
  if (/^-?\d+$/.test(inside)) return [{ type: 'index', index: Number(inside) }];
  const slice = /^(-?\d*):(-?\d*)(?::(-?\d+))?$/.exec(inside);
  if (slice !== null) {
    const [, from = '', to = '', by = '1'] = slice;
    if (Number(by) <= 0) throw new JsonPathError(`step must be > 0 in [${inside}]`);
    return [
      {
        type: 'slice',
        ...(from === '' ? {} : { from: Number(from) }),
        ...(to === '' ? {} : { to: Number(to) }),
        by: Number(by),
      },
    ];
  }
  const [first = ''] = parts;
  if (parts.length !== 1 || !/^["']/.test(first)) throw new JsonPathError(`invalid array index [${inside}]`);
  // kubectl reads the text between single quotes as the rest of a path: ['metadata.name'].
  return first.startsWith("'") ? parsePath(`.${first.slice(1, -1)}`).steps : [{ type: 'field', name: unquoted(first) }];
}

/** The texts between the commas. */
function unionParts(parts: readonly string[], inside: string): readonly string[] {
  const texts: string[] = [''];
  for (const part of parts) {
    if (part === ',') texts.push('');
    else texts.push(`${texts.pop() ?? ''}${part}`);
  }
  const trimmed = texts.map((text) => text.trim());
  if (trimmed.includes('')) throw new JsonPathError(`invalid array index [${inside}]`);
  return trimmed;
}

function filter(inside: string): Step {
  const compare = /^(.*?)\s*(==|!=|<=|>=|=~|<|>)\s*(.*)$/s.exec(inside);
  if (compare === null) return { type: 'filter', left: operand(inside) };
  const [, left = '', operator = '==', right = ''] = compare;
  const known = (['==', '!=', '<=', '>=', '=~', '<', '>'] as const).find((item) => item === operator);
  return { type: 'filter', left: operand(left), operator: known ?? '==', right: operand(right) };
}

function operand(text: string): Operand {
  if (/^[@$.[]/.test(text)) return { path: parsePath(text) };
  if (/^["']/.test(text)) return { value: unquoted(text) };
  if (text === 'true' || text === 'false') return { value: text === 'true' };
  if (/^-?\d+(\.\d+)?$/.test(text)) return { value: Number(text) };
  throw new JsonPathError(`unrecognized operand ${text} in a filter`);
}
