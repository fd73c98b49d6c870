import type { Answer, Question } from './sha1.worker';

let worker: Worker | undefined;
let lastId = 0;
const waiting = new Map<number, (answer: Answer) => void>();

/** The SHA-1 of a file in hex, computed in a worker; fails when the file cannot be read. */
export async function sha1Of(file: File): Promise<string> {
  worker ??= start();
  const id = ++lastId;
  const answer = await new Promise<Answer>((resolve) => {
    waiting.set(id, resolve);
    worker?.postMessage({ id, file } satisfies Question);
  });
  if ('sha1' in answer) return answer.sha1;
  throw new Error(`The file could not be read: ${answer.error}`);
}

function start(): Worker {
  const started = new Worker(new URL('./sha1.worker.ts', import.meta.url), { type: 'module' });
  started.onmessage = ({ data }: MessageEvent<Answer>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  };
  // The worker itself did not load or broke: what waits for it must not wait for ever.
  started.onerror = (event) => {
    worker = undefined;
    for (const [id, resolve] of waiting) resolve({ id, error: event.message });
    waiting.clear();
  };
  return started;
}
