/** Moves the focus among the links of a grid by the arrow keys, as the eye would. */
export function moveFocus(event: KeyboardEvent, grid: HTMLElement): void {
  const from = document.activeElement;
  if (!(from instanceof HTMLAnchorElement) || !grid.contains(from)) return;
  if (event.metaKey || event.ctrlKey || event.altKey) return;
  const tiles = [...grid.querySelectorAll<HTMLAnchorElement>('a[data-photo]')];
  const to = target(event.key, from, tiles);
  if (!to) return;
  event.preventDefault();
  to.focus({ preventScroll: true });
  to.scrollIntoView({ block: 'nearest' });
}

function target(key: string, from: HTMLAnchorElement, tiles: HTMLAnchorElement[]) {
  const at = tiles.indexOf(from);
  if (key === 'ArrowLeft') return tiles[at - 1];
  if (key === 'ArrowRight') return tiles[at + 1];
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return undefined;

  const own = from.getBoundingClientRect();
  const middle = own.left + own.width / 2;
  let best: { tile: HTMLAnchorElement; score: number } | undefined;
  for (const tile of tiles) {
    const box = tile.getBoundingClientRect();
    const dy = key === 'ArrowDown' ? box.top - own.bottom : own.top - box.bottom;
    if (dy < 0) continue;
    const dx = Math.max(0, box.left - middle, middle - box.right);
    // The nearest row first, then the nearest in it.
    const score = dy * 10 + dx;
    if (!best || score < best.score) best = { tile, score };
  }
  return best?.tile;
}
