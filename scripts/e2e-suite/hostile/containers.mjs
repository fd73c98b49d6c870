// Films, HEIF, GIF, TIFF and XMP, written by hand, so that any part of them can be a lie.
import { box, directory, join, latin, u16, u16le, u32, u32le, u64, u8 } from './bytes.mjs';

export const adobeXmp = (content, before = '', attributes = '') =>
  `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>${before}<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmpNote="http://ns.adobe.com/xmp/note/" ${attributes}><dc:description><rdf:Alt><rdf:li xml:lang="x-default">${content}</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

export const riff = (form, ...chunks) => {
  const body = join(form, chunks.map(([type, data]) => join(type, u32le(data.length), data, data.length & 1 ? '\0' : '')));
  return join('RIFF', u32le(body.length), body);
};

export function animatedGif(width, height, frames) {
  const frame = join(u8(0x21, 0xf9, 4, 0, 1, 0, 0, 0, 0x2c), u16le(0), u16le(0), u16le(1), u16le(1), u8(0, 2, 2, 0x44, 1, 0));
  return join('GIF89a', u16le(width), u16le(height), u8(0x80, 0, 0), u8(0, 0, 0, 255, 255, 255), Array(frames).fill(frame), ';');
}

// A TIFF of so many pages of one pixel.
export function pages(count) {
  const size = 2 + 8 * 12 + 4;
  const page = (i) =>
    directory([[256, 3, 1, 1], [257, 3, 1, 1], [258, 3, 1, 8], [259, 3, 1, 1], [262, 3, 1, 1], [273, 4, 1, 8], [278, 3, 1, 1], [279, 4, 1, 1]], i + 1 < count ? 8 + (i + 1) * size : 0);
  return join('II*\0', u32le(8), Array.from({ length: count }, (_, i) => page(i)));
}

const language = u16(0x55c4);
const matrix = join(...[0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].map(u32));

// A MOV of one sample, whose tables can be replaced.
export function movie({ codec, width, height, sample, timescale = 25, duration = 25, tracks = 1, dref, stts, stsz, stsc, stco }) {
  const fits = (side) => Math.min(side, 0xffff);
  const ftyp = box('ftyp', 'qt  \0\0\0\0qt  ');
  const media = box('mdat', sample);
  const entry = box(codec.padEnd(4), join(Buffer.alloc(6), u16(1), Buffer.alloc(16), u16(fits(width)), u16(fits(height)), u32(0x480000), u32(0x480000), u32(0), u16(1), Buffer.alloc(32), u16(24), u16(0xffff)));
  const table = box('stbl', join(
    box('stsd', join(u32(0), u32(1), entry)),
    box('stts', stts ?? join(u32(0), u32(1), u32(1), u32(duration))),
    box('stsc', stsc ?? join(u32(0), u32(1), u32(1), u32(1), u32(1))),
    box('stsz', stsz ?? join(u32(0), u32(sample.length), u32(1))),
    box('stco', stco ?? join(u32(0), u32(1), u32(ftyp.length + 8))),
  ));
  const data = box('dinf', box('dref', join(u32(0), u32(1), dref ?? box('url ', u32(1)))));
  const handler = box('hdlr', join(u32(0), 'mhlrvide', Buffer.alloc(12), u8(0)));
  const trak = (id) => box('trak', join(
    box('tkhd', join(u32(15), u32(0), u32(0), u32(id), u32(0), u32(duration), Buffer.alloc(16), matrix, u16(fits(width)), u16(0), u16(fits(height)), u16(0))),
    box('mdia', join(
      box('mdhd', join(u32(0), u32(0), u32(0), u32(timescale), u32(duration), language, u16(0))),
      handler,
      box('minf', join(box('vmhd', join(u32(1), Buffer.alloc(8))), data, table)),
    )),
  ));
  const header = box('mvhd', join(u32(0), u32(0), u32(0), u32(timescale), u32(duration), u32(0x10000), u16(0x100), Buffer.alloc(10), matrix, Buffer.alloc(24), u32(tracks + 1)));
  return join(ftyp, media, box('moov', join(header, ...Array.from({ length: tracks }, (_, i) => trak(i + 1)))));
}

// A data reference to another file, as classic Mac OS and ffmpeg know it.
export function alias(target) {
  const name = Buffer.alloc(63);
  latin(target.split('/').pop()).copy(name);
  const fixed = join(Buffer.alloc(10), u8(1), 'X', Buffer.alloc(26), Buffer.alloc(12), u8(target.split('/').pop().length), name, Buffer.alloc(16), u16(0), u16(0), Buffer.alloc(16));
  const item = (type, text) => join(u16(type), u16(text.length), text, text.length & 1 ? '\0' : '');
  return box('alis', join(u32(0), fixed, item(2, target), item(0xffff, '')));
}

// A HEIF of items whose data lie within its index: [type, bytes]. References: [type, from, [to…]], from 1 up.
// The last of them has the codec's own description.
export function heif({ items, references = [], iinf, iloc, codec }) {
  const data = join(...items.map(([, bytes]) => bytes));
  const infe = ([type], i) => box('infe', join(u32(0x02000000), u16(i + 1), u16(0), type, '\0'));
  let offset = 0;
  const location = ([, bytes], i) => {
    const entry = join(u16(i + 1), u16(1), u16(0), u16(1), u32(offset), u32(bytes.length));
    offset += bytes.length;
    return entry;
  };
  const properties = join(
    box('ipco', join(box('ispe', join(u32(0), u32(256), u32(256))), codec ?? '')),
    box('ipma', join(u32(0), u32(items.length), ...items.map((_, i) => join(u16(i + 1), codec && i === items.length - 1 ? u8(2, 0x81, 0x82) : u8(1, 0x81))))),
  );
  const meta = join(
    u32(0),
    box('hdlr', join(u64(0), 'pict', Buffer.alloc(13))),
    box('pitm', join(u32(0), u16(1))),
    box('iinf', iinf ?? join(u32(0), u16(items.length), ...items.map(infe))),
    box('iref', join(u32(0), ...references.map(([type, from, to]) => box(type, join(u16(from), u16(to.length), ...to.map(u16)))))),
    box('iprp', properties),
    box('iloc', iloc ?? join(u32(0x01000000), u16(0x4400), u16(items.length), ...items.map(location))),
    box('idat', data),
  );
  return join(box('ftyp', 'heic\0\0\0\0mif1heic'), box('meta', meta));
}

// An element of Matroska; ids bring their length along, sizes take eight bytes.
export function element(id, content) {
  const hex = id.toString(16);
  return join(Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex'), u8(1), u64(content.length).subarray(1), content);
}

export function matroska({ codec, width, height, frames, privately, encodings = '', info = '', more = '' }) {
  const number = (id, value) => element(id, u32(value));
  const header = element(0x1a45dfa3, join(element(0x4282, latin('matroska')), number(0x4287, 4), number(0x4285, 2)));
  const track = element(0xae, join(
    number(0xd7, 1),
    number(0x73c5, 1),
    number(0x83, 1),
    element(0x86, latin(codec)),
    privately ? element(0x63a2, privately) : '',
    element(0xe0, join(number(0xb0, width), number(0xba, height))),
    encodings,
  ));
  const blocks = frames.map((frame, i) => element(0xa3, join(u8(0x81), u16(i % 30_000), u8(0x80), frame)));
  return join(header, element(0x18538067, join(element(0x1549a966, join(number(0x2ad7b1, 1_000_000), info)), element(0x1654ae6b, track), more, element(0x1f43b675, join(number(0xe7, 0), blocks)))));
}

// Subtitles within an AVI (a GAB2 stream), which ffmpeg opens by guessing what they are.
export function aviWithSubtitles(avi, subtitles) {
  const gab2 = join('GAB2\0', u16le(2), u32le(0), u16le(4), u32le(subtitles.length), subtitles);
  const list = (type, content) => join('LIST', u32le(content.length + 4), type, content);
  const part = (type, content) => join(type, u32le(content.length), content, content.length & 1 ? '\0' : '');
  const strh = part('strh', join('txts', Buffer.alloc(16), u32le(1), u32le(25), u32le(0), u32le(1), Buffer.alloc(16)));
  const strl = list('strl', join(strh, part('strf', Buffer.alloc(0))));
  // The stream behind those that are there: film.avi has two.
  const header = avi.indexOf('hdrl') - 8;
  const size = avi.readUInt32LE(header + 4);
  const end = header + 8 + size;
  const body = join(avi.subarray(8, header), 'LIST', u32le(size + strl.length), avi.subarray(header + 8, end), strl, avi.subarray(end));
  const movi = body.indexOf('movi');
  const withBlock = join(body.subarray(0, movi - 4), u32le(body.readUInt32LE(movi - 4) + 8 + gab2.length + (gab2.length & 1)), 'movi', part('02sb', gab2), body.subarray(movi + 4));
  const streams = withBlock.indexOf('avih') + 8 + 24;
  withBlock.writeUInt32LE(withBlock.readUInt32LE(streams) + 1, streams);
  return join('RIFF', u32le(withBlock.length), withBlock);
}
