import { describe, expect, it } from 'vitest';
import type { Photo } from '../photo/photo';
import { photosOf } from './api';
import { estimateHeight, headingHeight, layoutMonth } from './layout';

const grid = { width: 1200, rowHeight: 220, gap: 4 };

const photo = (day: string, ratio = 1.5): Photo => ({
  id: `${day}-${Math.round(ratio * 100)}`,
  ratio,
  isImage: true,
  thumbhash: null,
  durationMs: null,
  takenAt: Date.parse(`${day}T12:00:00Z`),
});

const many = (day: string, count: number) => Array.from({ length: count }, () => photo(day));

describe('layoutMonth', () => {
  it('gives every photo a box under the heading of its day', () => {
    const photos = [...many('2026-05-12', 9), ...many('2026-05-11', 4)];
    const { days } = layoutMonth(photos, grid);
    expect(days.map((day) => [day.from, day.boxes.length])).toEqual([
      [0, 9],
      [9, 4],
    ]);
  });

  it('puts short days side by side and a long one on lines of its own', () => {
    const photos = [photo('2026-05-12'), photo('2026-05-11'), ...many('2026-05-10', 20)];
    const [first, second, third] = layoutMonth(photos, grid).days;
    expect(second?.y).toBe(first?.y);
    expect(second?.x).toBeGreaterThan((first?.x ?? 0) + (first?.width ?? 0));
    expect(third?.x).toBe(0);
    expect(third?.y).toBeGreaterThanOrEqual(headingHeight + 220);
  });

  it('never lets a day stand out of the page or two days overlap', () => {
    const photos = Array.from({ length: 31 }, (_, i) =>
      many(`2026-05-${String(31 - i).padStart(2, '0')}`, (i * 5) % 7 || 1),
    ).flat();
    for (const width of [312, 700, 1200, 3700]) {
      const { days, height } = layoutMonth(photos, { ...grid, width });
      days.forEach((day, i) => {
        expect(day.x + day.width).toBeLessThanOrEqual(width);
        expect(day.y + day.height).toBeLessThanOrEqual(height);
        const next = days[i + 1];
        if (next) expect(next.y >= day.y + day.height || next.x >= day.x + day.width).toBe(true);
      });
    }
  });

  it('starts a new day at midnight of the place where the photo was taken', () => {
    const photos = photosOf({
      id: ['a', 'b'],
      ratio: [1, 1],
      isImage: [true, true],
      thumbhash: [null, null],
      duration: [null, null],
      fileCreatedAt: ['2026-05-11T22:30:00', '2026-05-11T21:30:00.000Z'],
      localOffsetHours: [2, 2],
    } as Parameters<typeof photosOf>[0]);
    expect(layoutMonth(photos, grid).days).toHaveLength(2);
    expect(new Date(photos[0]?.takenAt ?? 0).toISOString()).toBe('2026-05-12T00:30:00.000Z');
  });
});

it('estimates a month within a factor of two', () => {
  for (const perDay of [1, 3, 12]) {
    const photos = Array.from({ length: 28 }, (_, i) =>
      many(`2026-02-${String(28 - i).padStart(2, '0')}`, perDay),
    ).flat();
    const ratio = estimateHeight(photos.length, grid) / layoutMonth(photos, grid).height;
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  }
});
