import { answer, client, type AssetResponseDto } from '../client';

export type Asset = AssetResponseDto;

const by = (id: string) => ({ params: { path: { id } } });

export const getAsset = (id: string): Promise<Asset> => answer(client.GET('/assets/{id}', by(id)));

/** How many faces were found in a photo. */
export async function countFaces(id: string): Promise<number> {
  return (await answer(client.GET('/faces', { params: { query: { id } } }))).length;
}
