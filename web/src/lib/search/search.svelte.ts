import { session } from '../account/session.svelte';
import { ApiError, reasonOf } from '../client';
import type { Photo } from '../photo/photo';
import * as api from './api';

/** The results of the last search; they outlive their page, so that coming back is instant. */
class Search {
  query = $state('');
  photos = $state.raw<Photo[]>([]);
  state = $state<'idle' | 'searching' | 'done' | 'failed'>('idle');
  error = $state.raw<ApiError>();
  /** False once the server has said that no words can find anything: asking again is in vain. */
  knowsWords = $state(true);
  /** Where the page was scrolled to when it was left. */
  scrollY = 0;
  #next: number | undefined;
  #asking: AbortController | undefined;

  get hasMore(): boolean {
    return this.#next !== undefined;
  }

  /** Asks the server what it can; when it does not say, a search will tell what is wrong. */
  async look(): Promise<void> {
    this.knowsWords = await api.knowsWords().catch(() => true);
  }

  /** Searches anew, unless these results are here already. */
  async run(query: string): Promise<void> {
    if (query === this.query && this.state !== 'failed' && this.state !== 'idle') return;
    this.query = query;
    this.photos = [];
    this.error = undefined;
    this.scrollY = 0;
    this.#next = 1;
    this.#asking?.abort();
    this.#asking = undefined;
    if (query === '') this.state = 'idle';
    else await this.more();
  }

  async more(): Promise<void> {
    if (this.#asking || this.#next === undefined) return;
    const asking = (this.#asking = new AbortController());
    this.state = 'searching';
    try {
      const page = await api.searchByWords(this.query, this.#next, asking.signal);
      if (asking.signal.aborted) return;
      // The order may shift between two pages: nothing is shown twice.
      const known = new Set(this.photos.map((photo) => photo.id));
      this.photos = [...this.photos, ...page.photos.filter((photo) => !known.has(photo.id))];
      this.#next = page.next;
      this.state = 'done';
    } catch (failure) {
      await this.look();
      if (asking.signal.aborted) return;
      this.error = failure instanceof ApiError ? failure : new ApiError(0, reasonOf(failure));
      this.state = 'failed';
    } finally {
      if (this.#asking === asking) this.#asking = undefined;
    }
  }

  clear(): void {
    void this.run('');
  }
}

export const search = new Search();
session.onSignedOut(() => search.clear());
