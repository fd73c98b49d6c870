import { thumbHashToDataURL } from 'thumbhash';
import type { AssetResponseDto } from '../client';

/** A photo or a video, as much of it as a grid needs. */
export type Photo = {
  readonly id: string;
  /** Width by height as displayed; 1 until it is known. */
  readonly ratio: number;
  readonly isImage: boolean;
  /** Base64; null until the thumbnail has been made. */
  readonly thumbhash: string | null;
  /** Of a video, or of a picture that moves. */
  readonly durationMs: number | null;
  /** The wall clock where it was taken, as if that were UTC: read it with the getUTC… methods. */
  readonly takenAt: number;
};

export function photoOf(asset: AssetResponseDto): Photo {
  return {
    id: asset.id,
    ratio: asset.width && asset.height ? asset.width / asset.height : 1,
    isImage: asset.type !== 'VIDEO',
    thumbhash: asset.thumbhash,
    durationMs: asset.duration ?? null,
    takenAt: Date.parse(asset.localDateTime),
  };
}

export type Size = 'thumbnail' | 'preview' | 'fullsize';

/** The thumbhash busts caches: it changes when the derivatives do. */
export function imageUrl(photo: Pick<Photo, 'id' | 'thumbhash'>, size: Size): string {
  const cache = photo.thumbhash ? `&c=${encodeURIComponent(photo.thumbhash)}` : '';
  return `/api/assets/${photo.id}/thumbnail?size=${size}${cache}`;
}

export const originalUrl = (id: string): string => `/api/assets/${id}/original`;

const placeholders = new WeakMap<Photo, string>();

/** A blurred picture of some thirty pixels as a data URL; undefined without a thumbhash. */
export function placeholder(photo: Photo): string | undefined {
  if (photo.thumbhash === null) return undefined;
  let url = placeholders.get(photo);
  if (url === undefined) {
    const bytes = Uint8Array.from(atob(photo.thumbhash), (char) => char.charCodeAt(0));
    url = thumbHashToDataURL(bytes);
    placeholders.set(photo, url);
  }
  return url;
}
