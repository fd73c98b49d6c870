import createClient from 'openapi-fetch';
import type { paths } from './schema';

export type * from './schema';

/** What went wrong with a call, in words that may be shown as they are. */
export class ApiError extends Error {
  /** The HTTP status, or 0 when no answer came. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

const listeners = new Set<() => void>();

/** Calls back whenever the server says that the session is over (401). */
export function onUnauthorized(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const client = createClient<paths>({ baseUrl: '/api', credentials: 'same-origin' });

/** For what Immich has no word for; its document knows nothing of these paths. */
export const ownClient = <Own extends object>() =>
  createClient<Own>({ baseUrl: '/api/keepsake', credentials: 'same-origin' });

/**
 * The answer's body; every failure becomes an ApiError.
 *
 * @example const user = await answer(client.GET('/users/me'));
 */
export async function answer<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  let result;
  try {
    result = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, error instanceof SyntaxError ? garbled : unreachable);
  }
  const { data, error, response } = result;
  if (response.ok) return data as T;
  throw refusal(response.status, error);
}

const unreachable = 'The server could not be reached. Check the network and try again.';

const garbled =
  'The answer was not understood. Something between this browser and the server may have changed it.';

/** Words for whatever was thrown: an ApiError's own, and no programmer's text. */
export function reasonOf(failure: unknown): string {
  if (failure instanceof ApiError) return failure.message;
  console.error(failure);
  return garbled;
}

/** The ApiError for a status and a parsed body; also for calls that do not go through `client`. */
export function refusal(status: number, body: unknown): ApiError {
  if (status === 0) return new ApiError(0, unreachable);
  if (status === 401) for (const listener of listeners) listener();
  return new ApiError(status, messageOf(body) ?? fallback(status));
}

function messageOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { message, errors } = body as { message?: unknown; errors?: unknown };
  if (Array.isArray(errors) && errors.length > 0) {
    const texts = errors
      .map((each: { message?: unknown }) => each.message)
      .filter((text) => typeof text === 'string');
    if (texts.length > 0) return texts.join('. ');
  }
  if (typeof message === 'string' && message !== '') return message;
  return undefined;
}

function fallback(status: number): string {
  if (status === 413) return 'The file is too large for a proxy in front of the server.';
  if (status === 503) return 'The server is starting or busy. Try again in a moment.';
  if (status === 507) return 'The server’s disk is full.';
  if (status >= 500) return `The server had a problem (${status}). Its log says more.`;
  return `The server refused the request (${status}).`;
}
