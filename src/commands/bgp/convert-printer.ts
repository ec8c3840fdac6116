/** Prints what a conversion tells while it goes on: for people, or one JSON object a line. */
import type { Context } from '../../context.ts';
import type { ConvertEvent } from '../../operations/convert/events.ts';

/** How many problems a line about waiting names, and how often such a line is written where there is no terminal. */
const SHOWN = 3;
const LINE_MILLISECONDS = 5000;

export class ConvertPrinter {
  readonly #context: Context;
  readonly #json: boolean;
  #shown = '';
  #said = { text: '', at: 0 };

  constructor(context: Context, json: boolean) {
    this.#context = context;
    this.#json = json;
  }

  readonly print = (event: ConvertEvent): void => {
    const { io } = this.#context;
    if (this.#json) {
      io.out(`${JSON.stringify({ time: this.#context.now().toISOString(), ...event })}\n`);
      return;
    }
    if (event.event === 'waiting') {
      this.#wait(event);
      return;
    }
    this.clear();
    io.out(textOf(event));
  };

  /** Takes the line about waiting off the terminal. */
  clear(): void {
    if (this.#shown !== '') this.#context.io.err(`\r${' '.repeat(this.#shown.length)}\r`);
    this.#shown = '';
    this.#said = { text: '', at: 0 };
  }

  #wait({ well, total, problems }: Extract<ConvertEvent, { event: 'waiting' }>): void {
    const { io } = this.#context;
    if (well === total) return;
    const some = problems.slice(0, SHOWN).map(({ node, problem }) => `${node}: ${problem}`);
    const more = problems.length > SHOWN ? `; and ${problems.length - SHOWN} more` : '';
    const text = `waiting: ${well} of ${total} nodes are as expected; ${some.join('; ')}${more}`;
    if (io.errIsTTY) {
      const line = text.slice(0, io.width - 1);
      io.err(`\r${line.padEnd(this.#shown.length)}`);
      this.#shown = line;
      return;
    }
    const now = this.#context.now().getTime();
    if (text === this.#said.text || now - this.#said.at < LINE_MILLISECONDS) return;
    this.#said = { text, at: now };
    io.err(`${text}\n`);
  }
}

function textOf(event: Exclude<ConvertEvent, { event: 'waiting' }>): string {
  switch (event.event) {
    case 'start':
      return event.done === 0
        ? `${event.plan}: ${event.steps} steps\n`
        : `${event.plan}: ${event.steps} steps, of which ${event.done} writes need not be made\n`;
    case 'measuring':
      return 'Looking at all nodes before the first write\n';
    case 'measured':
      return `All sessions of ${event.nodes} nodes are up; what they see now is the measure\n`;
    case 'step':
      return `Step ${event.number} of ${event.of}${event.direction === 'back' ? ', taken back' : ''}: ${event.does}\n`;
    case 'written':
      return `  ${PAST[event.action] ?? event.action} ${event.kind}(${event.name})\n`;
    case 'gate':
      return `  waiting until ${event.until}\n`;
    case 'passed':
      return '  all nodes are as expected\n';
    case 'forgiven':
      return `Not waited for, because they tell nothing: ${event.nodes.join(', ')}\n`;
    case 'restored':
      return [
        ...(event.same.length === 0 ? [] : [`As before the plan, labels and spec: ${event.same.join(', ')}\n`]),
        ...(event.different.length === 0
          ? []
          : [`Changed by others since, and otherwise as before the plan: ${event.different.join(', ')}\n`]),
      ].join('');
    case 'end':
      return { applied: 'Done\n', 'rolled-back': 'Rolled back\n', 'nothing-to-do': 'Nothing to do\n' }[event.outcome];
    case 'stopped':
      // The error says it.
      return '';
  }
}

const PAST: Readonly<Record<string, string>> = { create: 'created', update: 'updated', delete: 'deleted' };
