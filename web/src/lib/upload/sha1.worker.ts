import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Asked for a file, answers with its SHA-1; one at a time, a piece of the file in memory. */
export type Question = { id: number; file: File };
export type Answer = { id: number; sha1: string } | { id: number; error: string };

// crypto.subtle would be faster, but it has no streaming form, and does not exist on plain http
// (which is how most people reach a server in their own home).
async function digest(file: File): Promise<string> {
  const hash = sha1.create();
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return bytesToHex(hash.digest());
    hash.update(value);
  }
}

let queue = Promise.resolve();

self.onmessage = ({ data: { id, file } }: MessageEvent<Question>) => {
  queue = queue.then(async () => {
    let answer: Answer;
    try {
      answer = { id, sha1: await digest(file) };
    } catch (failure) {
      answer = { id, error: (failure as Error).message };
    }
    self.postMessage(answer);
  });
};
