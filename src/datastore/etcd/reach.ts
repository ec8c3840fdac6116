/** Reaching one of several endpoints within a limit of time. */

/** Milliseconds for connecting to any endpoint, and for finding out afterwards why none could be reached. */
const CONNECT_LIMIT = 5000;
const DIAGNOSIS_LIMIT = 3000;
/** Milliseconds after which the next endpoint is tried too, while the one before has not answered yet. */
const NEXT_ENDPOINT_AFTER = 250;

/** Milliseconds since 1970. */
export interface Limits {
  readonly connectBy: number;
  readonly diagnoseBy: number;
}

/** When the request's own limit is shorter, both share it in proportion. */
export function connectLimits(deadline: number | undefined): Limits {
  const now = Date.now();
  const whole = CONNECT_LIMIT + DIAGNOSIS_LIMIT;
  const time = Math.max(Math.min(whole, (deadline ?? Infinity) - now), 0);
  return { connectBy: now + (time * CONNECT_LIMIT) / whole, diagnoseBy: now + time };
}

/** Something that may be reached. */
export interface Reachable {
  /** Whether it was, by the deadline (milliseconds since 1970). Never rejects. */
  connect(deadline: number): Promise<boolean>;
}

/** The first to be reached; the others start one after the other, at the latest when all before them have failed. */
export function firstToConnect<T extends Reachable>(members: readonly T[], deadline: number): Promise<T | undefined> {
  return new Promise((resolve) => {
    const waiting = [...members];
    let connecting = 0;
    let timer: NodeJS.Timeout | undefined;
    const startNext = () => {
      clearTimeout(timer);
      const member = waiting.shift();
      if (member === undefined) {
        if (connecting === 0) resolve(undefined);
        return;
      }
      connecting++;
      if (waiting.length > 0) timer = setTimeout(startNext, NEXT_ENDPOINT_AFTER);
      void member.connect(deadline).then((connected) => {
        connecting--;
        if (!connected) {
          if (connecting === 0) startNext();
          return;
        }
        clearTimeout(timer);
        waiting.length = 0;
        resolve(member);
      });
    };
    startNext();
  });
}

/** The same things, from another place on: whoever failed last comes last. */
export function inTurn<T>(all: readonly T[], first: number): readonly T[] {
  return [...all.slice(first), ...all.slice(0, first)];
}
