/** Where a photo stands, in pixels from the upper left corner of its grid. */
export type Box = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

export type Grid = {
  readonly width: number;
  /** The height that rows come near to, and that the last row has. */
  readonly rowHeight: number;
  readonly gap: number;
};

/** The grid of every page, in a column of `width` on a screen of `screen` pixels. */
export const gridOf = (width: number, screen: number): Grid =>
  screen < 640 ? { width, rowHeight: 120, gap: 2 } : { width, rowHeight: 220, gap: 4 };

/** A panorama or a scroll may not take a row, or a column, for itself; it is cropped to this. */
const widest = 4;
const narrowest = 0.4;

export const shownRatio = (ratio: number): number =>
  Math.min(widest, Math.max(narrowest, ratio || 1));

/**
 * Rows of equal width, in order, whose photos keep their ratios. The last row is not stretched.
 * The result depends on the arguments only, so that a grid never moves when pictures arrive.
 */
export function justify(ratios: readonly number[], grid: Grid): { boxes: Box[]; height: number } {
  const { width, rowHeight, gap } = grid;
  const boxes: Box[] = [];
  let y = 0;
  let row: number[] = [];
  let sum = 0;

  const heightOf = (ratioSum: number, count: number) => (width - gap * (count - 1)) / ratioSum;

  const place = (height: number) => {
    let x = 0;
    const rounded = Math.round(height);
    for (const ratio of row) {
      const left = Math.round(x);
      const right = Math.min(width, Math.round(x + ratio * height));
      boxes.push({ x: left, y, width: right - left, height: rounded });
      x += ratio * height + gap;
    }
    y += rounded + gap;
    row = [];
    sum = 0;
  };

  for (const raw of ratios) {
    const ratio = shownRatio(raw);
    const without = row.length > 0 ? heightOf(sum, row.length) : Infinity;
    const withIt = heightOf(sum + ratio, row.length + 1);
    // The row breaks before this photo when that comes nearer to the wished height.
    if (row.length > 0 && withIt < rowHeight && without / rowHeight < rowHeight / withIt)
      place(without);
    row.push(ratio);
    sum += ratio;
    if (heightOf(sum, row.length) <= rowHeight) place(heightOf(sum, row.length));
  }
  if (row.length > 0) place(rowHeight);
  return { boxes, height: Math.max(0, y - gap) };
}
