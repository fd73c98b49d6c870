import { answer, client } from '../client';
import { photoOf, type Photo } from '../photo/photo';

export type Page = { photos: Photo[]; next: number | undefined };

/** Photos that look like what the words say, best first; `page` counts from 1. */
export async function searchByWords(
  query: string,
  page: number,
  signal: AbortSignal,
): Promise<Page> {
  const body = { query, page, size: 100, language: navigator.language };
  const { assets } = await answer(client.POST('/search/smart', { body, signal }));
  return {
    photos: assets.items.map(photoOf),
    next: assets.nextPage === null ? undefined : Number(assets.nextPage),
  };
}

/** Whether this server has a model that knows words, and is to use it. */
export const knowsWords = async (): Promise<boolean> =>
  (await answer(client.GET('/server/features'))).smartSearch;
