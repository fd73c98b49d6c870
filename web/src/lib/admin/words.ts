import type { Pace, Queue } from './api';

const names: Record<string, string> = {
  thumbnailGeneration: 'Thumbnails',
  metadataExtraction: 'Metadata',
  videoConversion: 'Films',
  faceDetection: 'Finding faces',
  facialRecognition: 'Telling people apart',
  smartSearch: 'Search by words',
  duplicateDetection: 'Finding duplicates',
  backgroundTask: 'Background tasks',
  storageTemplateMigration: 'Moving originals',
  migration: 'Migration',
  search: 'Search',
  sidecar: 'Sidecars',
  library: 'External libraries',
  notifications: 'Notifications',
  backupDatabase: 'Database back-ups',
  ocr: 'Text in pictures',
  workflow: 'Workflows',
  integrityCheck: 'Integrity checks',
  editor: 'Edits',
};

export const queueName = (name: string): string => names[name] ?? name;

export function paceName(pace: Pace): string {
  return {
    full: 'Does everything',
    less: 'Does less at a time',
    pictures: 'Makes thumbnails; models and films wait',
    newPhotos: 'Makes thumbnails of new photos only',
  }[pace];
}

/** "done in about 3 hours", or why nobody knows. */
export function whenDone(queue: Queue, now: number): string {
  if (queue.state === 'idle') return 'Done';
  const parts = [];
  if (queue.why !== null) parts.push(queue.why);
  if (queue.doneAt !== null) parts.push(`done ${fromNow(Date.parse(queue.doneAt) - now)}`);
  else if (queue.state !== 'paused') parts.push('unknown when it is done');
  const words = parts.join('; ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function fromNow(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 1) return 'in a moment';
  if (minutes < 90) return `in about ${count(minutes, 'minute')}`;
  if (minutes < 60 * 36) return `in about ${count(minutes / 60, 'hour')}`;
  return `in about ${count(minutes / 1440, 'day')}`;
}

function count(number: number, unit: string): string {
  const whole = Math.round(number);
  return `${whole} ${unit}${whole === 1 ? '' : 's'}`;
}
