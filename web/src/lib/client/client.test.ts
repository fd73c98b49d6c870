import { describe, expect, it, vi } from 'vitest';
import { answer, ApiError, onUnauthorized, refusal } from '.';

const reply = (status: number, error?: unknown) =>
  Promise.resolve({ error, response: new Response(null, { status }) });

describe('answer', () => {
  it('gives the body of a good answer', async () => {
    const response = new Response(null, { status: 200 });
    await expect(answer(Promise.resolve({ data: { id: 1 }, response }))).resolves.toEqual({
      id: 1,
    });
  });

  it('says what the server said', async () => {
    await expect(answer(reply(400, { message: 'File is empty' }))).rejects.toEqual(
      new ApiError(400, 'File is empty'),
    );
  });

  it('prefers the messages of a failed validation to its title', async () => {
    const body = { message: 'Validation failed', errors: [{ message: 'email is not an e-mail' }] };
    await expect(answer(reply(400, body))).rejects.toThrow('email is not an e-mail');
  });

  it('never shows a page of a proxy as a message', async () => {
    await expect(answer(reply(502, '<html>Bad gateway</html>'))).rejects.toThrow(
      'The server had a problem (502)',
    );
  });

  it('turns a broken connection into words', async () => {
    const failure = await answer(Promise.reject(new TypeError('Failed to fetch'))).catch((e) => e);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure.status).toBe(0);
    expect(failure.message).toContain('could not be reached');
  });

  it('does not call a page of a proxy, sent as a success, a broken connection', async () => {
    const failure = answer(Promise.reject(new SyntaxError('Unexpected token <')));
    await expect(failure).rejects.toThrow('not understood');
  });

  it('lets an abort pass as what it is', async () => {
    const abort = new DOMException('gone', 'AbortError');
    await expect(answer(Promise.reject(abort))).rejects.toBe(abort);
  });
});

describe('refusal', () => {
  it('tells those who listen that the session is over, and only on 401', () => {
    const heard = vi.fn();
    const stop = onUnauthorized(heard);
    refusal(403, { message: 'Forbidden' });
    expect(heard).not.toHaveBeenCalled();
    refusal(401, { message: 'Invalid user token' });
    expect(heard).toHaveBeenCalledOnce();
    stop();
  });
});
