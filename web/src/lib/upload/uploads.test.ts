import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../client';
import { Uploads, type Steps } from './uploads.svelte';

const file = (name: string, text = name) => new File([text], name, { lastModified: 0 });

/** A server that holds what it was sent, and lets a test decide when an upload ends. */
function aServer() {
  const held = new Map<string, string>();
  const open: (() => void)[] = [];
  const created: string[] = [];
  let most = 0;
  let now = 0;
  const steps: Steps = {
    acceptedExtensions: () => Promise.resolve(new Set(['.jpg', '.mp4'])),
    sha1Of: (file) => file.text(),
    findDuplicate: (sha1) => {
      return Promise.resolve(held.has(sha1) ? { isTrashed: false } : undefined);
    },
    send: (file, sha1, onprogress, signal) =>
      new Promise((resolve, reject) => {
        most = Math.max(most, ++now);
        signal.addEventListener('abort', () => {
          now--;
          reject(signal.reason);
        });
        onprogress(file.size / 2);
        open.push(() => {
          now--;
          held.set(sha1, `id of ${file.name}`);
          resolve({ id: `id of ${file.name}`, status: 'created' });
        });
      }),
    oncreated: (id) => created.push(id),
  };
  return { steps, held, created, most: () => most, open, finishOne: () => open.shift()?.() };
}

let server: ReturnType<typeof aServer>;
let uploads: Uploads;
beforeEach(() => {
  server = aServer();
  uploads = new Uploads(server.steps);
});

const states = () => uploads.list.map((upload) => upload.state);

async function finishAll() {
  while (uploads.unfinished > 0) {
    await vi.waitFor(() => expect(server.open.length > 0 || uploads.unfinished === 0).toBe(true));
    server.finishOne();
    await Promise.resolve();
  }
}

describe('Uploads', () => {
  it('sends every file, three at a time', async () => {
    await uploads.add(Array.from({ length: 10 }, (_, i) => file(`${i}.jpg`)));
    await vi.waitFor(() => expect(server.open).toHaveLength(3));
    expect(uploads.counts).toMatchObject({ sending: 3, waiting: 7 });
    await finishAll();
    expect(uploads.counts.created).toBe(10);
    expect(server.most()).toBe(3);
    expect(server.created).toHaveLength(10);
  });

  it('shows how much of a file has been sent', async () => {
    await uploads.add([file('a.jpg', '0123456789')]);
    await vi.waitFor(() => expect(uploads.list[0]?.sentBytes).toBe(5));
    await finishAll();
    expect(uploads.list[0]?.sentBytes).toBe(10);
  });

  it('does not send what the server holds', async () => {
    server.held.set('same bytes', 'the first');
    await uploads.add([file('copy.jpg', 'same bytes')]);
    await vi.waitFor(() => expect(states()).toEqual(['duplicate']));
    expect(server.open).toHaveLength(0);
    expect(server.created).toEqual([]);
  });

  it('takes the word of a server that found a duplicate only on arrival', async () => {
    server.steps.send = () => Promise.resolve({ id: 'other', status: 'duplicate' });
    await uploads.add([file('a.jpg')]);
    await vi.waitFor(() => expect(states()).toEqual(['duplicate']));
    expect(server.created).toEqual([]);
  });

  it('refuses by name and size what could never be kept, and sends the rest', async () => {
    await uploads.add([file('notes.txt'), file('empty.jpg', ''), file('UPPER.JPG')]);
    await finishAll();
    expect(states()).toEqual(['failed', 'failed', 'created']);
    expect(uploads.list[0]?.reason).toContain('Not a kind of photo');
    uploads.retryAll();
    expect(states()).toEqual(['failed', 'failed', 'created']);
  });

  it('leaves the decision to the server when its list cannot be had', async () => {
    server.steps.acceptedExtensions = () => Promise.reject(new ApiError(503, 'starting'));
    await uploads.add([file('odd.xyz')]);
    await finishAll();
    expect(states()).toEqual(['created']);
  });

  it('keeps the reason of a failure, goes on with the others, and retries', async () => {
    const send = server.steps.send;
    server.steps.send = () => Promise.reject(new ApiError(507, 'The disk is full'));
    await uploads.add([file('a.jpg'), file('b.jpg')]);
    await vi.waitFor(() => expect(states()).toEqual(['failed', 'failed']));
    expect(uploads.list[0]?.reason).toBe('The disk is full');

    server.steps.send = send;
    uploads.retryAll();
    expect(uploads.list[0]?.reason).toBe('');
    await finishAll();
    expect(states()).toEqual(['created', 'created']);
  });

  it('stops what is on its way when cancelled, and takes new files after that', async () => {
    await uploads.add(Array.from({ length: 5 }, (_, i) => file(`${i}.jpg`)));
    await vi.waitFor(() => expect(server.open).toHaveLength(3));
    uploads.cancelAll();
    expect(uploads.counts.cancelled).toBe(5);
    server.open.length = 0;
    await uploads.add([file('later.jpg')]);
    await vi.waitFor(() => expect(server.open).toHaveLength(1));
    await finishAll();
    expect(uploads.counts).toMatchObject({ cancelled: 5, created: 1, failed: 0 });
  });

  it('ends when it is cancelled before the server has said what it takes', async () => {
    let answer: (extensions: Set<string>) => void = () => {};
    server.steps.acceptedExtensions = () => new Promise((resolve) => (answer = resolve));
    const added = uploads.add([file('a.jpg'), file('notes.txt'), file('empty.jpg', '')]);
    uploads.cancelAll();
    answer(new Set(['.jpg']));
    await added;
    expect(states()).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(uploads.unfinished).toBe(0);
    expect(server.open).toHaveLength(0);
  });

  it('ends when it is cancelled while a file is read', async () => {
    let answer: (sha1: string) => void = () => {};
    server.steps.sha1Of = () => new Promise((resolve) => (answer = resolve));
    await uploads.add([file('a.jpg')]);
    expect(states()).toEqual(['hashing']);
    uploads.cancelAll();
    answer('its hash');
    await new Promise((resolve) => setTimeout(resolve)); // all that follows from the answer has happened
    expect(states()).toEqual(['cancelled']);
    expect(uploads.unfinished).toBe(0);
  });

  it('clears what is finished and nothing else', async () => {
    await uploads.add([file('notes.txt'), file('a.jpg')]);
    await vi.waitFor(() => expect(server.open).toHaveLength(1));
    uploads.clear();
    expect(uploads.list.map((upload) => upload.file.name)).toEqual(['a.jpg']);
  });
});
