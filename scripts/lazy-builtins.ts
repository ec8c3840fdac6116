/**
 * Loads built-in modules when they are used: see `lazyBuiltins()`.
 */
import { parseSync } from 'oxc-parser';

/** Loaded by every command, or by the runtime itself. */
export const ALWAYS = new Set(['node:fs', 'node:module', 'node:path', 'node:path/posix', 'node:util']);

/**
 * The text of a file of the program in which functions of built-in modules are looked up when they are called. A bundle loads what any
 * of its files imports before it begins, and Bun takes as long for `node:crypto` or `node:net` alone as for half of a `get`.
 *
 * Classes, constants and whole modules are still imported: a file asks for them by `process.getBuiltinModule` where that matters. What
 * stands here for a function has none of its own properties (`promisify.custom`).
 */
export function lazyBuiltins(path: string, text: string): string {
  if (!text.includes("from 'node:")) return text;
  let contents = text;
  for (const { start, end, moduleRequest, entries } of parseSync(path, text).module.staticImports.toReversed()) {
    const name = moduleRequest.value;
    if (!name.startsWith('node:') || ALWAYS.has(name)) continue;
    const exported = process.getBuiltinModule(name);
    const values = entries.filter(({ isType }) => !isType);
    const late = values.filter(({ importName }) => isFunction(exported, importName.name));
    if (late.length === 0) continue;
    const early = values.filter((entry) => !late.includes(entry));
    const functions = late.map(
      ({ importName: { name: imported }, localName: { value: local } }) =>
        `const ${local} = (...args) => process.getBuiltinModule('${name}').${imported}(...args);`,
    );
    const others = early.map(({ importName, localName }) => `${importName.name} as ${localName.value}`);
    const rest = others.length === 0 ? '' : `import { ${others.join(', ')} } from '${name}';`;
    contents = `${contents.slice(0, start)}${rest}${functions.join('')}${contents.slice(end)}`;
  }
  return contents;
}

/** Whether a built-in module has a function of that name: names of classes begin with a capital. */
function isFunction(builtin: object | undefined, name: string | null): boolean {
  if (builtin === undefined || name === null) return false;
  const found: unknown = Reflect.get(builtin, name);
  return typeof found === 'function' && /^[a-z]/.test(name);
}
