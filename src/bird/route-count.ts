/** Answers to `show route count` of BIRD 1.6. */
import { BirdError } from './reply.ts';
import type { ReplyReader } from './reply.ts';

/** Reads how many networks the table has, each counted once however many routes lead to it. */
export class RouteCountReader implements ReplyReader {
  #networks: number | undefined;

  line(text: string): boolean {
    const [, code = '', rest = ''] = /^(\d{4})[ -](.*)$/.exec(text) ?? [];
    if (code === '0001') return false;
    const networks = /^\d+ of \d+ routes for (\d+) networks$/.exec(rest)?.[1];
    if (networks === undefined) throw new BirdError('unexpected output line from BIRD', text);
    this.#networks = Number(networks);
    return true;
  }

  /** undefined before the answer. */
  networks(): number | undefined {
    return this.#networks;
  }
}
