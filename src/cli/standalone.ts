/** Where the standalone executable starts. Its name is what was typed: the path of the script is inside the executable. */
import { basename } from 'node:path';
import { main } from './main.ts';

await main(process.argv.slice(2), basename(process.argv0));
