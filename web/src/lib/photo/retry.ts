/** Seconds between two questions for a picture: the first ones meet a worker at work, the last a failed job. */
const pauses = [2, 3, 5, 8, 15, 30, 60, 120];

/**
 * Calls `again` after the pause that follows attempt number `attempt` (from 0), and not before somebody looks at
 * the page; never after the last pause. The function that it returns calls it off.
 */
export function retryLater(attempt: number, again: () => void): () => void {
  const off = new AbortController();
  const pause = pauses[attempt];
  if (pause === undefined) return () => {};
  const timer = setTimeout(() => {
    if (document.visibilityState === 'visible') again();
    else document.addEventListener('visibilitychange', again, { once: true, signal: off.signal });
  }, pause * 1000);
  return () => {
    clearTimeout(timer);
    off.abort();
  };
}
