import { answer, client, type TimeBucketAssetResponseDto } from '../client';
import type { Photo } from '../photo/photo';

/** `key` is the first day of the month, "2019-05-01". */
export type Bucket = { key: string; count: number };

const which = { visibility: 'timeline' } as const;

/** The months that hold photos, newest first. */
export async function getMonths(): Promise<Bucket[]> {
  const buckets = await answer(client.GET('/timeline/buckets', { params: { query: which } }));
  return buckets.map(({ timeBucket, count }) => ({ key: timeBucket.slice(0, 10), count }));
}

/** The photos of a month, newest first. */
export async function getMonth(key: string, signal?: AbortSignal): Promise<Photo[]> {
  const query = { ...which, timeBucket: key };
  return photosOf(
    await answer(client.GET('/timeline/bucket', { params: { query }, signal: signal ?? null })),
  );
}

/** The month that a photo stands in. */
export async function getMonthOf(id: string): Promise<string> {
  const asset = await answer(client.GET('/assets/{id}', { params: { path: { id } } }));
  return `${asset.localDateTime.slice(0, 7)}-01`;
}

/** From parallel columns to one object a photo. */
export function photosOf(columns: TimeBucketAssetResponseDto): Photo[] {
  return columns.id.map((id, i) => ({
    id,
    ratio: columns.ratio[i] ?? 1,
    isImage: columns.isImage[i] ?? true,
    thumbhash: columns.thumbhash[i] ?? null,
    durationMs: columns.duration[i] ?? null,
    takenAt: localTime(columns.fileCreatedAt[i] ?? '', columns.localOffsetHours[i] ?? 0),
  }));
}

/** The text is UTC, usually without saying so. */
function localTime(utc: string, offsetHours: number): number {
  return Date.parse(/Z|[+-]\d\d:?\d\d$/.test(utc) ? utc : `${utc}Z`) + offsetHours * 3_600_000;
}
