/** A read over the gateway in the quick way of the standalone executable, and in the thorough one where that does not answer. */
import type { QuickRequest } from '../../quick-http.ts';
import { quickHttp } from '../../quick-http.ts';
import type { Ending, Exchange, PostOptions } from './gateway-member.ts';

/** After this time without an answer the thorough way starts too: it knows whether the member can be reached at all. */
const PATIENCE_MILLISECONDS = 2_500;

/** @param thorough starts the same request in the other way */
export function quickPost(request: QuickRequest, options: PostOptions, thorough: () => Promise<Exchange>): Exchange {
  const { deadline, connectBy, cancellation } = options;
  const controller = new AbortController();
  let second: Promise<Exchange> | undefined;
  let isOver = false;
  let bodyTimer: NodeJS.Timeout | undefined;
  let stopListening = (): void => undefined;
  const [answered, answer] = promised<boolean>();
  const [done, resolve] = promised<Ending>();

  const finish = (ending: Ending): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(patience);
    clearTimeout(bodyTimer);
    stopListening();
    answer(false);
    resolve(ending);
    controller.abort();
    second?.then(
      (exchange) => exchange.abandon(),
      () => undefined,
    );
  };
  const ask = async (): Promise<void> => {
    if (isOver || second !== undefined) return;
    second = thorough();
    const exchange = await second;
    void exchange.answered.then((begun) => {
      if (begun) answer(true);
    });
    finish(await exchange.done);
  };
  const lost = (): void => finish({ type: 'broken', sent: true, code: 'ECONNABORTED' });
  const read = async (): Promise<void> => {
    const response = await quickHttp(request, controller.signal);
    if (isOver) return;
    clearTimeout(patience);
    answer(true);
    if (deadline !== undefined)
      bodyTimer = setTimeout(() => finish({ type: 'late' }), Math.max(0, deadline - Date.now()));
    finish({ type: 'answer', status: response.status, text: await response.text() });
  };

  const patience = setTimeout(
    () => void ask().catch(lost),
    Math.min(PATIENCE_MILLISECONDS, Math.max(0, connectBy - Date.now()) / 3),
  );
  stopListening = cancellation.onAbort(() => finish({ type: 'aborted' }));
  if (cancellation.signal.aborted) finish({ type: 'aborted' });
  else void read().catch(ask).catch(lost);
  return { answered, done, abandon: lost };
}

function promised<T>(): readonly [Promise<T>, (value: T) => void] {
  let settle = (_value: T): void => undefined;
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return [promise, (value) => settle(value)];
}
