import { justify, shownRatio, type Box, type Grid } from '../photo/justify';
import type { Photo } from '../photo/photo';

export const headingHeight = 44;
/** Room for "Wed, 25 Sept 2019". */
const headingWidth = 168;
const dayGap = 16;

/** One day: a heading and, below it, `boxes` for the month's photos from `from` on. */
export type Day = Box & {
  readonly takenAt: number;
  readonly from: number;
  readonly boxes: readonly Box[];
};

export type MonthLayout = { readonly days: readonly Day[]; readonly height: number };

const dayOf = (photo: Photo) => Math.floor(photo.takenAt / 86_400_000);

/** Days follow each other down the page; short ones share a line. */
export function layoutMonth(photos: readonly Photo[], grid: Grid): MonthLayout {
  const days: Day[] = [];
  const between = grid.gap + dayGap;
  const shortest = Math.min(grid.width, headingWidth);
  let x = 0;
  let y = 0;
  let lineHeight = 0;

  for (let from = 0; from < photos.length;) {
    const first = photos[from] as Photo;
    let to = from + 1;
    while (to < photos.length && dayOf(photos[to] as Photo) === dayOf(first)) to++;

    const ratios = photos.slice(from, to).map((photo) => photo.ratio);
    const natural =
      ratios.reduce((sum, ratio) => sum + shownRatio(ratio) * grid.rowHeight, 0) +
      grid.gap * (ratios.length - 1);
    const short = natural <= grid.width;
    const width = short ? Math.max(Math.ceil(natural), shortest) : grid.width;
    // A pixel more than its photos need keeps a short day in one row of the wished height.
    const own = short ? { ...grid, width: Math.ceil(natural) + 1 } : grid;
    const { boxes, height } = justify(ratios, own);

    if (x > 0 && x + width > grid.width) {
      y += lineHeight;
      x = 0;
      lineHeight = 0;
    }
    const full = headingHeight + height;
    days.push({ takenAt: first.takenAt, from, boxes, x, y, width, height: full });
    lineHeight = Math.max(lineHeight, full + dayGap);
    x += width + between;
    from = to;
  }
  return { days, height: y + lineHeight };
}

/** The height of a month of which only the count is known: near enough for the scroll bar. */
export function estimateHeight(count: number, grid: Grid): number {
  const perRow = Math.max(1, grid.width / (grid.rowHeight * 1.3 + grid.gap));
  const rows = Math.ceil(count / perRow);
  const headings = Math.min(rows, 10);
  return rows * (grid.rowHeight + grid.gap) + headings * (headingHeight + dayGap);
}
