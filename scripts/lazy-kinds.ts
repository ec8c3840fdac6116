/**
 * Evaluates a kind when it is first asked for: see `lazyKinds()`.
 */
import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

const IMPORT = /^import \{ (\w+) \} from '(\.\/[^']+)';\n/gm;

/**
 * The esbuild plugin for the table of kinds, `src/kinds/index.ts`: each `() => bgpPeer` in it loads the file that `bgpPeer` is
 * imported from, instead of all being loaded before the table. Fails the build when the table is written in another way.
 */
export function lazyKinds(): Plugin {
  return {
    name: 'lazy-kinds',
    setup(build) {
      build.onLoad({ filter: /\/src\/kinds\/index\.ts$/ }, ({ path }) => {
        const files = new Map<string, string>();
        let contents = readFileSync(path, 'utf8').replace(IMPORT, (line, name: string, file: string) => {
          if (name === 'kindAliases') return line;
          files.set(name, file);
          return '';
        });
        for (const [name, file] of files) {
          const parts = contents.split(`() => ${name},`);
          if (parts.length !== 2) return { errors: [{ text: `${path}: expected "() => ${name}," once` }] };
          contents = parts.join(`() => require('${file}').${name},`);
        }
        return { contents, loader: 'ts' };
      });
    },
  };
}
