// Good files of every kind that is taken, small: those of the tests' resources, and films by ffmpeg.
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../stack.mjs';

const root = path.join(import.meta.dirname, '../../..');
const pictures = path.join(root, 'ml-worker/src/test/resources/pictures');
const server = path.join(root, 'server/src/test/resources/samples');

const kept = {
  'photo.jpg': path.join(pictures, 'orientation-6.jpg'),
  'gps.jpg': path.join(server, 'gps.jpg'),
  'progressive.jpg': path.join(pictures, 'progressive.jpg'),
  'cmyk.jpg': path.join(pictures, 'cmyk.jpg'),
  'photo.png': path.join(pictures, 'sixteen-bit.png'),
  'photo.gif': path.join(pictures, 'quadrants.gif'),
  'photo.webp': path.join(pictures, 'quadrants.webp'),
  'photo.tiff': path.join(pictures, 'quadrants.tiff'),
  'photo.heic': path.join(pictures, 'quadrants.heic'),
  'photo.avif': path.join(pictures, 'quadrants.avif'),
  'photo.jxl': path.join(pictures, 'quadrants.jxl'),
  // What a maker calls RAW is TIFF inside.
  'photo.dng': path.join(pictures, 'quadrants.tiff'),
  'photo.nef': path.join(pictures, 'quadrants.tiff'),
};

const filmed = ['-f', 'lavfi', '-i', 'testsrc2=size=176x144:rate=25:duration=1', '-f', 'lavfi', '-i', 'sine=duration=1'];
const made = {
  'film.mp4': ['-c:v', 'libx264', '-c:a', 'aac'],
  'film.mov': ['-c:v', 'mjpeg', '-c:a', 'pcm_s16le'],
  'film.mkv': ['-c:v', 'libx264', '-c:a', 'aac'],
  'film.webm': ['-c:v', 'libvpx', '-an'],
  'film.avi': ['-c:v', 'mpeg4', '-c:a', 'mp3'],
  'film.mts': ['-c:v', 'libx264', '-c:a', 'aac', '-f', 'mpegts'],
  'film.mpg': ['-c:v', 'mpeg2video', '-c:a', 'mp2', '-f', 'vob'],
  'film.3gp': ['-c:v', 'h263', '-an'],
  'film.flv': ['-c:v', 'flv', '-an'],
  'film.wmv': ['-c:v', 'wmv2', '-c:a', 'wmav2'],
  'film.mxf': ['-c:v', 'mpeg2video', '-an'],
  'photo.bmp': ['-frames:v', '1'],
  'photo.jp2': ['-frames:v', '1'],
};

const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48"><rect width="64" height="48" fill="#c0392b"/></svg>`;

// By name, with their bytes.
export async function samples(folder) {
  await mkdir(folder, { recursive: true });
  const all = new Map([['photo.svg', Buffer.from(svg)]]);
  for (const [name, file] of Object.entries(kept)) all.set(name, await readFile(file));
  for (const [name, options] of Object.entries(made)) {
    const file = path.join(folder, name);
    await run('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...filmed, ...options, file]);
    all.set(name, await readFile(file));
  }
  return all;
}
