import { answer, ownClient } from '../client';

/** How much a worker does: all, less at a time, thumbnails only, or new photos only. */
export type Pace = 'full' | 'less' | 'pictures' | 'newPhotos';

export type Worker = {
  id: string;
  name: string;
  pace: Pace;
  slots: number;
  mostSlots: number;
  reasons: { code: string; text: string }[];
  running: Record<string, number>;
  machine: {
    temperature: number | null;
    freeMemory: number | null;
    totalMemory: number | null;
  };
  hours: string | null;
  timeZone: string;
};

export type Queue = {
  name: string;
  state: 'idle' | 'working' | 'waiting' | 'paused';
  left: number;
  perHour: number | null;
  doneAt: string | null;
  why: string | null;
};

export type Governor = {
  uploading: number;
  viewing: number;
  workers: Worker[];
  queues: Queue[];
};

type Paths = {
  '/governor': { get: { responses: { 200: { content: { 'application/json': Governor } } } } };
};

const client = ownClient<Paths>();

/** What the workers do now, why, and when each queue will be done. Immich has no such thing. */
export function getGovernor(signal: AbortSignal): Promise<Governor> {
  return answer(client.GET('/governor', { signal }));
}
