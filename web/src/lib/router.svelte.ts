/**
 * Where the app is, as `path` and `query`, kept equal to the address bar. Moves inside the app
 * count their depth, so that closing a picture can tell "go back" from "there is nothing to go back to".
 */
class Router {
  path = $state(location.pathname);
  query = $state.raw(new URLSearchParams(location.search));
  #depth: number = history.state?.depth ?? 0;

  constructor() {
    addEventListener('popstate', () => {
      this.#depth = history.state?.depth ?? 0;
      this.#read();
    });
  }

  go(url: string): void {
    this.#depth += 1;
    history.pushState({ depth: this.#depth }, '', url);
    this.#read();
  }

  /** Changes the address without a new step in the history. */
  replace(url: string): void {
    history.replaceState({ depth: this.#depth }, '', url);
    this.#read();
  }

  /** One step back, or to `otherwise` when the app was opened here. */
  back(otherwise: string): void {
    if (this.#depth > 0) history.back();
    else this.replace(otherwise);
  }

  #read(): void {
    this.path = location.pathname;
    this.query = new URLSearchParams(location.search);
  }
}

export const router = new Router();

/** For `use:link`: an anchor that moves inside the app; with a modifier key it stays an anchor. */
export function link(anchor: HTMLAnchorElement) {
  function follow(event: MouseEvent) {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
      return;
    event.preventDefault();
    router.go(anchor.pathname + anchor.search);
  }
  anchor.addEventListener('click', follow);
  return { destroy: () => anchor.removeEventListener('click', follow) };
}
