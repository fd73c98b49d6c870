// Words to write files by hand with: numbers, the parts of PNG, JPEG, TIFF and MP4, and chance that can be had again.
import { crc32 } from 'node:zlib';

export const latin = (text) => Buffer.from(text, 'latin1');
export const utf8 = (text) => Buffer.from(text);
export const u8 = (...values) => Buffer.from(values);
export const join = (...parts) => Buffer.concat(parts.flat().map((part) => (typeof part === 'string' ? latin(part) : part)));

const number = (bytes, write) => (value) => {
  const buffer = Buffer.alloc(bytes);
  buffer[write](bytes === 8 ? BigInt(value) : value);
  return buffer;
};
export const u16 = number(2, 'writeUInt16BE');
export const u32 = number(4, 'writeUInt32BE');
export const u64 = number(8, 'writeBigUInt64BE');
export const u16le = number(2, 'writeUInt16LE');
export const u32le = number(4, 'writeUInt32LE');

// A box of MP4 and HEIF. The size may be a lie.
export const box = (type, content, size = content.length + 8) => join(u32(size), type, content);
export const hugeBox = (type, content, size) => join(u32(1), type, u64(size), content);

export const chunk = (type, data) => join(u32(data.length), type, data, u32(crc32(join(type, data))));
export const png = (...chunks) => join('\x89PNG\r\n\x1a\n', ...chunks, chunk('IEND', Buffer.alloc(0)));
export const ihdr = (width, height, depth = 8, colour = 2) => chunk('IHDR', join(u32(width), u32(height), u8(depth, colour, 0, 0, 0)));

export const segment = (marker, data) => join(u8(0xff, marker), u16(data.length + 2), data);
// Puts segments behind the start of a JPEG.
export const withSegments = (jpeg, ...segments) => join(jpeg.subarray(0, 2), ...segments, jpeg.subarray(2));
export const exif = (tiff) => segment(0xe1, join('Exif\0\0', tiff));
export const xmpSegment = (xmp) => segment(0xe1, join('http://ns.adobe.com/xap/1.0/\0', utf8(xmp)));

// The chunks of a PNG behind its header.
export const withChunks = (file, ...chunks) => join(file.subarray(0, 33), ...chunks, file.subarray(33));

// One directory of a little-endian TIFF: entries are [tag, type, count, value].
export const directory = (entries, next = 0) =>
  join(u16le(entries.length), entries.map(([tag, type, count, value]) => join(u16le(tag), u16le(type), u32le(count), u32le(value))), u32le(next));
export const tiff = (...directories) => join('II*\0', u32le(8), directories);

// mulberry32: the same numbers for the same seed on every machine.
export function chance(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
