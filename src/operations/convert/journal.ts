/** What was done with a plan, written down before and after it is done. */
import type { LineLog } from '../../context.ts';
import { parseJson } from '../../kinds/go-json.ts';
import { isJsonObject } from '../../kinds/schema.ts';
import type { Json, JsonObject } from '../../kinds/schema.ts';
import type { Baseline } from './gate.ts';
import { baselineFrom, baselineJson } from './journal-baseline.ts';

export type Direction = 'forward' | 'back';

/** How far a plan is. */
export type JournalState = 'new' | 'begun' | 'applied' | 'rolled-back';

/** The place of a write in its plan, counted from 0. */
export interface WritePlace {
  readonly direction: Direction;
  readonly step: number;
  readonly write: number;
}

/** A journal that is only written: where there is nothing to come back to. */
export interface JournalWriter {
  begin(command: string, plan: string): Promise<void>;
  /** @param again it takes the place of the one before */
  baseline(baseline: Baseline, again?: boolean): Promise<void>;
  /** before a write: the object as it is */
  intent(place: WritePlace, id: string, object: Json): Promise<void>;
  /** after a write */
  done(place: WritePlace, id: string): Promise<void>;
  gate(direction: Direction, step: number): Promise<void>;
  end(state: 'applied' | 'rolled-back'): Promise<void>;
  stopped(reason: string, message: string): Promise<void>;
}

/** For a change that is one write and needs no journal. */
export const NO_JOURNAL: JournalWriter = {
  begin: () => Promise.resolve(),
  baseline: () => Promise.resolve(),
  intent: () => Promise.resolve(),
  done: () => Promise.resolve(),
  gate: () => Promise.resolve(),
  end: () => Promise.resolve(),
  stopped: () => Promise.resolve(),
};

export class Journal implements JournalWriter {
  readonly #log: LineLog;
  readonly #now: () => Date;
  /** identifies the plan of the last run; undefined before the first */
  readonly plan: string | undefined;
  readonly state: JournalState;
  /** before the first write, or of the run that measured again */
  readonly measured: Baseline | undefined;
  /** objects by id as they were before the first write to each */
  readonly originals: ReadonlyMap<string, Json>;
  /** a write was begun, in this run or in one that did not come to its end */
  wrote: boolean;
  /** the write that was begun last */
  last: { readonly direction: Direction; readonly object: string } | undefined;

  /** @throws {TypeError} for a line that is no record */
  constructor(log: LineLog, now: () => Date) {
    this.#log = log;
    this.#now = now;
    let plan: string | undefined;
    let state: JournalState = 'new';
    let measured: Baseline | undefined;
    const originals = new Map<string, Json>();
    for (const [index, line] of log.lines.entries()) {
      const record = recordOf(line, index + 1);
      switch (record['event']) {
        case 'begin':
          plan = textOf(record['plan']);
          if (record['command'] === 'apply') measured = undefined;
          break;
        case 'baseline':
          if (measured === undefined || record['again'] === true) measured = baselineFrom(record, index + 1);
          break;
        case 'intent': {
          const id = textOf(record['object']);
          const direction = record['direction'] === 'forward' ? 'forward' : 'back';
          this.last = { direction, object: id };
          if (direction === 'forward') {
            // After a rollback everything begins anew.
            if (state === 'rolled-back') originals.clear();
            if (!originals.has(id)) originals.set(id, record['was'] ?? null);
          }
          state = 'begun';
          break;
        }
        case 'end':
          state = record['state'] === 'applied' ? 'applied' : 'rolled-back';
          break;
        default:
      }
    }
    this.plan = plan;
    this.state = state;
    this.measured = measured;
    this.originals = originals;
    this.wrote = state === 'begun';
  }

  begin(command: string, plan: string): Promise<void> {
    return this.#add('begin', { command, plan });
  }

  baseline(baseline: Baseline, again = false): Promise<void> {
    return this.#add('baseline', { ...baselineJson(baseline), ...(again ? { again } : {}) });
  }

  intent(place: WritePlace, id: string, object: Json): Promise<void> {
    this.wrote = true;
    this.last = { direction: place.direction, object: id };
    return this.#add('intent', { ...numbered(place), object: id, was: object });
  }

  done(place: WritePlace, id: string): Promise<void> {
    return this.#add('done', { ...numbered(place), object: id });
  }

  gate(direction: Direction, step: number): Promise<void> {
    return this.#add('gate', { direction, step: step + 1 });
  }

  end(state: 'applied' | 'rolled-back'): Promise<void> {
    return this.#add('end', { state });
  }

  stopped(reason: string, message: string): Promise<void> {
    return this.#add('stopped', { reason, message });
  }

  #add(event: string, facts: JsonObject): Promise<void> {
    return this.#log.append(JSON.stringify({ time: this.#now().toISOString(), event, ...facts }));
  }
}

const numbered = ({ direction, step, write }: WritePlace): JsonObject => ({
  direction,
  step: step + 1,
  write: write + 1,
});

function recordOf(line: string, number: number): JsonObject {
  let record;
  try {
    record = parseJson(line);
  } catch (error) {
    throw new TypeError(`line ${number} is no record`, { cause: error });
  }
  if (!isJsonObject(record)) throw new TypeError(`line ${number} is no record`);
  return record;
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
