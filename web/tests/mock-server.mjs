// A stand-in for the server, for working on the web app alone; nothing of it ships, and no test of
// the product runs against it.
//   node tests/mock-server.mjs DIST PHOTOS_FOLDER [COUNT] [PORT]    COUNT 'none': before the first sign-up
// NO_MODEL=yes: nothing is found by words; GUEST=yes: whoever logs in is no administrator
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { rgbaToThumbHash } from 'thumbhash';

const [dist, folder, wanted = '300', port = '2290'] = process.argv.slice(2);
let initialized = wanted !== 'none';
const csp =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; " +
  "connect-src 'self'; media-src 'self' blob:; frame-ancestors 'none'";

const ffmpeg = (args) => execFileSync('ffmpeg', ['-v', 'error', ...args], { maxBuffer: 1 << 28 });
const scaled = (file, filter, ...to) =>
  ffmpeg(['-i', file, '-frames:v', '1', '-vf', filter, ...to, '-']);

const pictures = readdirSync(folder)
  .filter((name) => /\.(jpe?g|png)$/i.test(name))
  .map((name) => {
    const file = join(folder, name);
    const box = "scale='if(gt(iw,ih),100,-1)':'if(gt(iw,ih),-1,100)'";
    const [width, height] = String(
      execFileSync('ffprobe', [
        ...['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'stream=width,height'],
        ...['-of', 'csv=p=0', file],
      ]),
    )
      .split(',')
      .map(Number);
    const rgba = scaled(file, box, '-f', 'rawvideo', '-pix_fmt', 'rgba');
    const [w, h] = width > height ? [100, rgba.length / 400] : [rgba.length / 400, 100];
    return {
      name,
      width,
      height,
      original: readFileSync(file),
      thumbnail: scaled(file, "scale='if(gt(iw,ih),-1,250)':'if(gt(iw,ih),250,-1)'", '-f', 'webp'),
      preview: scaled(file, 'scale=-1:1080', '-f', 'mjpeg'),
      thumbhash: Buffer.from(rgbaToThumbHash(w, h, rgba)).toString('base64'),
    };
  });

const assets = [];
function add(i, time, extra = {}) {
  const picture = pictures[i % pictures.length];
  const asset = { id: randomUUID(), picture, time, readyAt: 0, isVideo: false, ...extra };
  assets.push(asset);
  return asset;
}
// Bursts and gaps, the same at every start.
let time = Date.now() - 3_600_000;
let seed = 7;
for (let i = 0; i < (Number(wanted) || 0); i++) {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  time -= seed % 9 < 6 ? (seed % 3000) * 1000 : (seed % 40) * 3_600_000;
  add(seed % 97, time, { isVideo: i % 17 === 5, readyAt: i % 53 === 20 ? Infinity : 0 });
}

const iso = (ms) => new Date(ms).toISOString();
const month = (ms) => `${iso(ms).slice(0, 7)}-01`;
const visible = () =>
  assets.filter((a) => (a.visibleAt ?? 0) < Date.now()).sort((a, b) => b.time - a.time);
const ready = (asset) => asset.readyAt < Date.now();

const detail = (a) => ({
  id: a.id,
  type: a.isVideo ? 'VIDEO' : 'IMAGE',
  originalFileName: a.name ?? a.picture.name,
  originalMimeType: a.isVideo ? 'video/mp4' : 'image/jpeg',
  width: a.picture.width,
  height: a.picture.height,
  thumbhash: ready(a) ? a.picture.thumbhash : null,
  duration: a.isVideo ? 12_000 : null,
  localDateTime: iso(a.time),
  fileCreatedAt: iso(a.time),
  exifInfo: {
    make: 'Canon',
    model: 'Canon EOS 40D',
    lensModel: 'EF-S 17-85mm',
    fNumber: 7.1,
    exposureTime: '1/160',
    focalLength: 135,
    iso: 100,
    fileSizeInByte: a.picture.original.length,
    city: 'Arezzo',
    country: 'Italy',
    timeZone: 'UTC+2',
  },
});

const user = {
  id: randomUUID(),
  name: 'Ana',
  email: 'ana@example.org',
  isAdmin: !process.env.GUEST,
};

const routes = {
  'GET /server/config': () => ({ isInitialized: initialized, loginPageMessage: '' }),
  'GET /server/features': () => ({ smartSearch: !process.env.NO_MODEL }),
  'GET /server/storage': () => ({ diskUseRaw: 212e9, diskSizeRaw: 1000e9 }),
  'GET /server/media-types': () => ({ image: ['.jpg', '.jpeg', '.png', '.heic'], video: ['.mp4'] }),
  'POST /auth/admin-sign-up': () => ((initialized = true), user),
  'POST /auth/login': (_, body) => (body.password === 'wrong' ? 401 : user),
  'POST /auth/logout': () => ({ successful: true }),
  'GET /users/me': () => user,
  'GET /faces': () => [{}, {}],
  'GET /timeline/buckets': () => {
    const counts = new Map();
    for (const a of visible()) counts.set(month(a.time), (counts.get(month(a.time)) ?? 0) + 1);
    return [...counts].map(([timeBucket, count]) => ({ timeBucket, count }));
  },
  'GET /timeline/bucket': (query) => {
    const those = visible().filter((a) => month(a.time) === query.get('timeBucket'));
    const column = (of) => those.map(of);
    return {
      id: column((a) => a.id),
      ratio: column((a) => (ready(a) ? a.picture.width / a.picture.height : 1)),
      isImage: column((a) => !a.isVideo),
      thumbhash: column((a) => (ready(a) ? a.picture.thumbhash : null)),
      duration: column((a) => (a.isVideo ? 12_000 : null)),
      fileCreatedAt: column((a) => iso(a.time).slice(0, -1)),
      localOffsetHours: column(() => 0),
    };
  },
  'POST /search/smart': (_, { query }) => {
    if (query === 'unready' || process.env.NO_MODEL) return 503;
    const items = query === 'nothing' ? [] : visible().slice(0, 40).map(detail);
    return { assets: { items, nextPage: null } };
  },
  'POST /assets/bulk-upload-check': (_, { assets: asked }) => ({
    results: asked.map(({ id, checksum }) => {
      const known = assets.find((a) => a.sha1 === checksum);
      return known ? { id, action: 'reject', assetId: known.id } : { id, action: 'accept' };
    }),
  }),
};

createServer(async (request, response) => {
  const url = new URL(request.url, 'http://mock');
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const send = (status, type, content) => {
    response.writeHead(status, { 'content-type': type, 'content-security-policy': csp });
    response.end(content);
  };
  const json = (status, content) => send(status, 'application/json', JSON.stringify(content));

  if (!url.pathname.startsWith('/api/')) {
    const types = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
    const type = types[extname(url.pathname)];
    const file = type ? url.pathname : 'index.html';
    try {
      send(200, type ?? 'text/html', readFileSync(join(dist, file)));
    } catch {
      send(404, 'text/plain', '');
    }
    return;
  }

  const path = url.pathname.slice(4);
  const route = routes[`${request.method} ${path}`];
  if (route) {
    const isJson = request.headers['content-type']?.includes('json');
    const content = route(url.searchParams, isJson ? JSON.parse(body) : undefined);
    const flag = 'immich_is_authenticated=true; Path=/; SameSite=Lax';
    if (path === '/auth/login' && content !== 401) response.setHeader('set-cookie', flag);
    if (path === '/auth/logout') response.setHeader('set-cookie', `${flag}; Max-Age=0`);
    if (content === 401) json(401, { message: 'Incorrect email or password' });
    else if (content === 503) json(503, { message: 'The search model is starting' });
    else json(200, content);
    return;
  }
  if (request.method === 'POST' && path === '/assets') {
    const name = /name="filename"\r\n\r\n(.*)\r\n/.exec(body.toString('latin1'))?.[1];
    if (/fail/.test(name)) return json(507, { message: 'The disk is full: nothing was stored' });
    const sha1 = request.headers['x-immich-checksum'];
    const now = Date.now();
    const index = createHash('md5').update(sha1).digest()[0];
    const { id } = add(index, now, { sha1, name, visibleAt: now + 1000, readyAt: now + 5000 });
    return json(201, { id, status: 'created' });
  }
  const [, id, what] = /^\/assets\/([^/]+)\/?(\w*)$/.exec(path) ?? [];
  const asset = assets.find((a) => a.id === id);
  if (!asset) return json(404, { message: 'Not found' });
  if (!what) return json(200, detail(asset));
  if (what === 'original') return send(200, 'image/jpeg', asset.picture.original);
  if (!ready(asset)) return json(404, { message: 'Asset media not found' });
  if (url.searchParams.get('size') === 'preview')
    return send(200, 'image/jpeg', asset.picture.preview);
  return send(200, 'image/webp', asset.picture.thumbnail);
}).listen(Number(port), () => console.log(`mock on http://localhost:${port}`));
