import { answer, client, refusal } from '../client';

/** The extensions that the server takes, with their dots, in lower case. */
export async function getAcceptedExtensions(): Promise<Set<string>> {
  const types = await answer(client.GET('/server/media-types'));
  return new Set([...types.image, ...types.video]);
}

/** Whether the asset that has this SHA-1 (hex) already lies in the trash; undefined when there is none. */
export async function findDuplicate(sha1: string): Promise<{ isTrashed: boolean } | undefined> {
  const body = { assets: [{ id: '0', checksum: sha1 }] };
  const { results } = await answer(client.POST('/assets/bulk-upload-check', { body }));
  const result = results[0];
  if (result?.action !== 'reject' || !result.assetId) return undefined;
  return { isTrashed: result.isTrashed ?? false };
}

export type Sent = { id: string; status: 'created' | 'duplicate' };

/** Sends a file whole. By XMLHttpRequest: fetch cannot tell how much has been sent. */
export function send(
  file: File,
  sha1: string,
  onprogress: (sentBytes: number) => void,
  signal: AbortSignal,
): Promise<Sent> {
  const modified = new Date(file.lastModified).toISOString();
  const form = new FormData();
  form.append('fileCreatedAt', modified);
  form.append('fileModifiedAt', modified);
  form.append('filename', file.name);
  form.append('assetData', file);

  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/api/assets');
    request.setRequestHeader('x-immich-checksum', sha1);
    request.responseType = 'json';
    request.upload.onprogress = (event) => onprogress(Math.min(event.loaded, file.size));
    request.onload = () => {
      if (request.status === 200 || request.status === 201) resolve(request.response as Sent);
      else reject(refusal(request.status, request.response));
    };
    request.onerror = () => reject(refusal(0, undefined));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(form);
  });
}
