import { answer, client, ownClient } from '../client';

export type Model = {
  name: string;
  task: 'clip' | 'facial-recognition' | 'ocr';
  dimension: number;
  licence: string;
  nonCommercial: boolean;
  source: string;
  comesAlong: boolean;
  state: 'absent' | 'downloading' | 'failed' | 'broken' | 'present' | 'unknown';
  size: number;
  arrived: number;
  total: number;
  problem: string | null;
  warning: string | null;
  revision: string | null;
  chosen: boolean;
  inUse: boolean;
  seen: number | null;
  pictures: number | null;
};

type ByName = { parameters: { path: { name: string } } };
type Nothing = { responses: { 204: { content?: never } } };
type Paths = {
  '/models': { get: { responses: { 200: { content: { 'application/json': Model[] } } } } };
  '/models/{name}': { delete: ByName & Nothing };
  '/models/{name}/download': {
    put: ByName &
      Nothing & { requestBody: { content: { 'application/json': { acceptLicence: boolean } } } };
    delete: ByName & Nothing;
  };
};

const own = ownClient<Paths>();

/** The models that can look at photos, and how each is. Immich has no such thing. */
export function getModels(signal: AbortSignal): Promise<Model[]> {
  return answer(own.GET('/models', { signal }));
}

export async function download(model: Model): Promise<void> {
  const body = { acceptLicence: model.nonCommercial };
  await answer(own.PUT('/models/{name}/download', { params: { path: model }, body }));
}

export async function cancelDownload(model: Model): Promise<void> {
  await answer(own.DELETE('/models/{name}/download', { params: { path: model } }));
}

export async function remove(model: Model): Promise<void> {
  await answer(own.DELETE('/models/{name}', { params: { path: model } }));
}

/** Makes it the one that looks at photos, in the server's settings. */
export async function choose(model: Model): Promise<void> {
  const config = await answer(client.GET('/system-config'));
  const wanted = config.machineLearning;
  if (model.task === 'clip') wanted.clip.modelName = model.name;
  else wanted.facialRecognition.modelName = model.name;
  await answer(client.PUT('/system-config', { body: config }));
}
