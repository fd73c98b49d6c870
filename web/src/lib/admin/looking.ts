import { reasonOf } from '../client';

/**
 * Asks at once, and again `pause` milliseconds after each answer while the page is seen.
 * @returns `now` asks at once, `stop` ends it
 */
export function keepLooking<T>(
  get: (signal: AbortSignal) => Promise<T>,
  got: (answer: T) => void,
  failed: (reason: string) => void,
  pause: () => number,
): { now: () => Promise<void>; stop: () => void } {
  const leaving = new AbortController();
  let again: ReturnType<typeof setTimeout>;
  async function now() {
    clearTimeout(again);
    try {
      if (document.visibilityState === 'visible') {
        got(await get(leaving.signal));
        failed('');
      }
    } catch (failure) {
      if (!leaving.signal.aborted) failed(reasonOf(failure));
    }
    clearTimeout(again);
    if (!leaving.signal.aborted) again = setTimeout(() => void now(), pause());
  }
  void now();
  return {
    now,
    stop() {
      leaving.abort();
      clearTimeout(again);
    },
  };
}
