// Broken variants of good files, the same ones for the same seed.
import { join, u32 } from './bytes.mjs';

const head = 512;
// What a length or a count in a file is when somebody means harm, or was unlucky.
const numbers = [0, 1, 0xffffffff, 0x7fffffff, 0x80000000, 0x40000000, 0xffff, 0x01000000];

// A copy with one to three things wrong with it.
export function mutated(good, random) {
  let bytes = good;
  for (let times = 1 + random(3); times > 0; times--) bytes = broken(bytes, random);
  return bytes;
}

function broken(bytes, random) {
  if (bytes.length < 8) return bytes;
  // Half of the time where a file says how to read the rest.
  const at = random(random(2) ? Math.min(head, bytes.length) : bytes.length);
  switch (random(5)) {
    case 0:
      return join(bytes.subarray(0, at), Buffer.from([bytes[at] ^ (1 << random(8))]), bytes.subarray(at + 1));
    case 1:
      return join(bytes.subarray(0, at), u32(numbers[random(numbers.length)]), bytes.subarray(at + 4));
    case 2:
      return bytes.subarray(0, Math.max(1, at));
    case 3:
      return join(bytes.subarray(0, at), bytes.subarray(at + 1 + random(64)));
    default:
      return join(bytes.subarray(0, at), Buffer.from(Array.from({ length: 1 + random(64) }, () => random(256))), bytes.subarray(at));
  }
}

// What is left when a transfer ended early.
export const cuts = (good) =>
  [1, 16, 0.1, 0.5, 0.9].map((cut) => good.subarray(0, cut < 1 ? Math.ceil(good.length * cut) : cut)).concat(good.subarray(0, good.length - 1));
