import { session } from '../account/session.svelte';
import { reasonOf } from '../client';
import type { Photo } from '../photo/photo';
import * as api from './api';

/** One month: its count from the start, its photos once somebody came near. */
export class Month {
  readonly key: string;
  count = $state(0);
  photos = $state.raw<Photo[]>();
  /** Why the photos could not be fetched. */
  error = $state('');
  #fetching: { done: Promise<void>; abort: AbortController; wanted: boolean } | undefined;
  #stale = false;
  #reloadsSoon = false;

  constructor(bucket: api.Bucket) {
    this.key = bucket.key;
    this.count = bucket.count;
  }

  /** Fetches the photos unless they are here. `wanted`: also when nobody stays to look at them. */
  load(wanted = false): Promise<void> {
    if (this.photos && !this.#stale) return Promise.resolve();
    if (!this.#fetching) {
      const abort = new AbortController();
      this.#fetching = { done: this.#fetch(abort.signal), abort, wanted };
    }
    this.#fetching.wanted ||= wanted;
    return this.#fetching.done;
  }

  async #fetch(signal: AbortSignal): Promise<void> {
    this.error = '';
    try {
      const photos = await api.getMonth(this.key, signal);
      if (signal.aborted) return;
      this.#stale = false;
      this.photos = photos;
      this.count = photos.length;
    } catch (failure) {
      if (!signal.aborted) this.error = reasonOf(failure);
    } finally {
      if (!signal.aborted) this.#fetching = undefined;
    }
  }

  /** The viewer scrolled past before the answer came. */
  leave(): void {
    if (this.#fetching && !this.#fetching.wanted) this.#cancel();
  }

  #cancel(): void {
    this.#fetching?.abort.abort();
    this.#fetching = undefined;
  }

  /** Reloads once for all the thumbnails that become ready within a second. */
  reloadSoon(): void {
    if (this.#reloadsSoon) return;
    this.#reloadsSoon = true;
    setTimeout(() => {
      this.#reloadsSoon = false;
      void this.reload();
    }, 1_000);
  }

  /** What is here is shown until the newer answer replaces it. */
  async reload(): Promise<void> {
    this.#cancel();
    this.#stale = true;
    await this.load(true);
  }
}

/** How long to wait, in ms, before asking again for uploads that are not in the timeline yet. */
const patience = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

export class Timeline {
  months = $state.raw<Month[]>([]);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state('');
  /** Where the page was scrolled to when it was left. */
  scrollY = 0;

  readonly count = $derived(this.months.reduce((sum, month) => sum + month.count, 0));

  #expected = new Set<string>();
  #expecting = false;
  #refreshing: Promise<void> | undefined;

  /** Asks for the months; those that changed are fetched again if they were here. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    try {
      const buckets = await api.getMonths();
      const known = new Map(this.months.map((month) => [month.key, month]));
      const reloads: Promise<void>[] = [];
      this.months = buckets.map((bucket) => {
        const month = known.get(bucket.key);
        if (!month) return new Month(bucket);
        if (month.photos && month.photos.length !== bucket.count) reloads.push(month.reload());
        else month.count = bucket.count;
        return month;
      });
      this.state = 'ready';
      await Promise.all(reloads);
    } catch (failure) {
      // What is shown already stays: the next refresh may do better.
      if (this.state === 'ready') return;
      this.error = reasonOf(failure);
      this.state = 'failed';
    }
  }

  /** An upload was acknowledged: looks for it until it stands here, which takes a moment. */
  expect(id: string): void {
    this.#expected.add(id);
    if (!this.#expecting) void this.#awaitExpected();
  }

  async #awaitExpected(): Promise<void> {
    this.#expecting = true;
    let lastSeen = this.#expected.size;
    for (let turn = 0; turn < patience.length && this.#expected.size > 0; turn++) {
      await new Promise((resolve) => setTimeout(resolve, patience[turn]));
      const before = this.count;
      await this.refresh();
      for (const month of this.months)
        for (const photo of month.photos ?? []) this.#expected.delete(photo.id);
      // Months that nobody looked at have no photos here, but a count that grew.
      if (this.count > before || this.#expected.size !== lastSeen) turn = 0;
      lastSeen = this.#expected.size;
    }
    this.#expected.clear();
    this.#expecting = false;
  }

  month(key: string): Month | undefined {
    return this.months.find((month) => month.key === key);
  }

  /** The photo with what stands before and after it, as far as their months are here. */
  around(id: string): { photo: Photo; previous?: Photo; next?: Photo; month: Month } | undefined {
    for (const [m, month] of this.months.entries()) {
      const i = month.photos?.findIndex((photo) => photo.id === id) ?? -1;
      const photo = month.photos?.[i];
      if (!photo) continue;
      const previous = month.photos?.[i - 1] ?? this.months[m - 1]?.photos?.at(-1);
      const next = month.photos?.[i + 1] ?? this.months[m + 1]?.photos?.[0];
      return { photo, month, ...(previous && { previous }), ...(next && { next }) };
    }
    return undefined;
  }

  /** Makes `around` complete for a photo: fetches its month, and the ones it borders on. */
  async reach(id: string): Promise<void> {
    if (this.state !== 'ready') await this.refresh();
    let here = this.around(id);
    if (!here) {
      await this.month(await api.getMonthOf(id))?.load(true);
      here = this.around(id);
    }
    if (!here) return;
    const at = this.months.indexOf(here.month);
    const photos = here.month.photos ?? [];
    await Promise.all([
      photos[0]?.id === id && this.months[at - 1]?.load(true),
      photos.at(-1)?.id === id && this.months[at + 1]?.load(true),
    ]);
  }
}

/** The timeline of who is logged in; it outlives its page, so that coming back is instant. */
export const timeline = $state({ current: new Timeline() });
session.onSignedOut(() => (timeline.current = new Timeline()));
