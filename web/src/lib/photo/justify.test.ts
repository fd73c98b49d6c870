import { describe, expect, it } from 'vitest';
import { justify, type Box } from './justify';

const grid = { width: 1000, rowHeight: 220, gap: 4 };

function rowsOf(boxes: Box[]): Box[][] {
  const rows = new Map<number, Box[]>();
  for (const box of boxes) rows.set(box.y, [...(rows.get(box.y) ?? []), box]);
  return [...rows.values()];
}

/** The same "random" ratios in every run. */
const mixed = Array.from(
  { length: 200 },
  (_, i) => [1.5, 0.667, 1.333, 1.778, 0.75, 1][(i * 7) % 6],
);

describe('justify', () => {
  it('fills every row but the last from edge to edge', () => {
    for (const row of rowsOf(justify(mixed as number[], grid).boxes).slice(0, -1)) {
      expect(row[0]?.x).toBe(0);
      const last = row.at(-1) as Box;
      expect(last.x + last.width).toBeGreaterThanOrEqual(999);
      expect(last.x + last.width).toBeLessThanOrEqual(1000);
    }
  });

  it('keeps rows near the wished height and photos near their own ratios', () => {
    const { boxes } = justify(mixed as number[], grid);
    boxes.forEach((box, i) => {
      expect(box.height).toBeGreaterThan(150);
      expect(box.height).toBeLessThan(320);
      expect(box.width / box.height).toBeCloseTo(mixed[i] as number, 1);
    });
  });

  it('leaves gaps of exactly the wished width between neighbours', () => {
    for (const row of rowsOf(justify(mixed as number[], grid).boxes)) {
      row.slice(1).forEach((box, i) => {
        const left = row[i] as Box;
        expect(Math.abs(box.x - left.x - left.width - grid.gap)).toBeLessThanOrEqual(1);
      });
    }
  });

  it('does not stretch a short last row', () => {
    const { boxes, height } = justify([1.5, 1.5], grid);
    expect(boxes.map((box) => box.height)).toEqual([220, 220]);
    expect(boxes[0]?.width).toBe(330);
    expect(height).toBe(220);
  });

  it('crops what is wider than any row should show', () => {
    const [panorama] = justify([12], { ...grid, width: 360, rowHeight: 120 }).boxes;
    expect(panorama?.width).toBe(360);
    expect(panorama?.height).toBe(90);
  });

  it('takes nothing and an unknown ratio', () => {
    expect(justify([], grid)).toEqual({ boxes: [], height: 0 });
    expect(justify([0], grid).boxes[0]?.width).toBe(220);
  });

  it('fits every photo into a narrow phone', () => {
    for (const box of justify(mixed as number[], { width: 312, rowHeight: 120, gap: 2 }).boxes) {
      expect(box.x + box.width).toBeLessThanOrEqual(312);
      expect(box.width).toBeGreaterThan(40);
    }
  });
});
