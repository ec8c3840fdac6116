/** Where the standalone executable starts. Its name is what was typed: the path of the script is inside the executable. */
import { basename } from 'node:path';
import { main } from './main.ts';

declare const Bun: { readonly unsafe: { setJITPolicy(scale: number): void } };

/** The executable starts with a JIT that waits long; a command that takes longer than this has work that is worth compiling. */
const SHORT_MILLISECONDS = 50;
setTimeout(() => Bun.unsafe.setJITPolicy(1), SHORT_MILLISECONDS).unref();

await main(process.argv.slice(2), basename(process.argv0));
