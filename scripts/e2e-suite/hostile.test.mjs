// Files that mean harm, each through the whole of it: uploaded as a phone does, read by the server, decoded by the
// worker and its children. Each is shown or has a job that failed with a reason; nobody else notices; and nothing of
// this machine is to be seen in what was made. Runs on the stack of scripts/e2e; with --full on all of the files.
//   E2E_SEED=… makes the same variants again
import assert from 'node:assert/strict';
import { access, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import * as made from './hostile/attacks.mjs';
import { chance, join } from './hostile/bytes.mjs';
import { Canary } from './hostile/canary.mjs';
import { cuts, mutated } from './hostile/mutations.mjs';
import { samples } from './hostile/samples.mjs';
import { api, authorized, base, eventually, everyJobDone, logIn, required, run, secrets, sha1, sql } from './stack.mjs';
import { Watch } from './hostile/watch.mjs';

const isFull = process.env.E2E_FULL === 'yes';
const seed = Number(process.env.E2E_SEED ?? (isFull ? Date.now() % 1_000_000 : 1));
const data = required('KEEPSAKE_DATA');
const work = required('E2E_WORK');
// Of the everyday run: so many of each class, and these.
const few = 3;
const always = /^(file-beside|laughs-inside)\.jpg$|^(image|file|laughs)\.svg$|^(hls-file|concat)\.|^alias\.mov$|^djvu\.jpg$|^grid-of-itself|^header\.png$|^extended-xmp-200-mb|^(shared|profiles)\.jpg$|^(items|stolen-names)-beside|^samsung\.jpg$|^google-list\.jpg$/;
// These take long, some their limits.
const slow = /^filters\.svg$|^deep-|^(levels|elements|attributes|names)-inside\.webp$|^pages\.tiff$|^frames\.gif$|^tracks\.mp4$|^pair\.nef$/;
const variants = 12;

const { badNames, ...attacks } = made;

let files, canary, watch;

async function everyFile() {
  const random = chance(seed);
  const known = await samples(path.join(work, 'hostile'));
  const good = (name) => known.get(name) ?? assert.fail(`no sample ${name}`);
  const broken = {};
  const cut = {};
  for (const [name, bytes] of known) {
    for (let i = 0; i < variants; i++) broken[`${i}-${name}`] = mutated(bytes, random);
    cuts(bytes).forEach((part, i) => (cut[`${i}-${name}`] = part));
  }
  const classes = { mutated: broken, truncated: cut };
  for (const [name, make] of Object.entries(attacks)) classes[name] = make({ good, canary });
  const all = Object.entries(classes).flatMap(([kind, made]) => {
    const list = Array.isArray(made) ? made : Object.entries(made).map(([name, file]) => ({ name, ...(Buffer.isBuffer(file) ? { bytes: file } : file) }));
    return list.map((file) => ({ ...file, kind }));
  });
  // The server knows a file that it has by its bytes.
  all.forEach((file, i) => (file.bytes = file.isExact ? file.bytes : unlike(file.bytes, i)));
  return isFull ? all : chosen(all, random);
}

// By a remark behind its end; some are to stay as short as they are.
const unlike = (bytes, i) => (bytes.length < 64 ? bytes : join(bytes, bytes[0] === 0x3c ? `<!--${i}-->` : `\n#${i}\n`));

function chosen(all, random) {
  const quick = all.filter((file) => file.kind === 'mutated' || !slow.test(file.name));
  const kinds = Map.groupBy(quick, (file) => file.kind);
  return [...kinds.values()].flatMap((list) => {
    const some = new Set(list.filter((file) => file.kind !== 'names' && always.test(file.name)));
    for (let i = 0; i < few; i++) some.add(list[random(list.length)]);
    return [...some];
  });
}

// A form as it goes over the wire: the names in it are not all that a well-behaved client sends.
async function upload({ name, bytes, sidecar }) {
  const boundary = 'keepsake-hostile-boundary';
  const field = (field, value) => join(`--${boundary}\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n`, Buffer.from(value), '\r\n');
  const file = (field, name, content) =>
    join(`--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${name}"\r\nContent-Type: application/octet-stream\r\n\r\n`, content, '\r\n');
  const body = join(
    field('filename', name),
    field('fileCreatedAt', '2026-01-02T03:04:05Z'),
    field('fileModifiedAt', '2026-01-02T03:04:05Z'),
    file('assetData', 'asset', bytes),
    sidecar ? file('sidecarData', 'asset.xmp', sidecar) : '',
    `--${boundary}--\r\n`,
  );
  const headers = { ...authorized(), 'content-type': `multipart/form-data; boundary=${boundary}` };
  const response = await fetch(`${base}/api/assets`, { method: 'POST', headers, body });
  return { ...(await response.json()), code: response.status };
}

// Every derivative is put in its place whole: what a run that died has left begins with a dot.
async function outcomes() {
  const rows = await sql(`
    select a.id, s.metadata_extracted_at is not null as "isRead", s.thumbnails_at is not null as "isShown",
      (select array_agg(type order by type) from asset_file f where f.asset_id = a.id) as files,
      (select json_agg(json_build_object('job', t.kind, 'reason', t.last_error, 'isFinal', t.failed_at is not null, 'crashes', t.crashes, 'attempts', t.attempts) order by t.kind)
        from job_attempt t where t.subject_id = a.id) as troubles
    from asset a join asset_job_status s on s.asset_id = a.id`);
  return new Map(rows.map((row) => [row.id, row]));
}

async function timelineIds() {
  const ids = new Set();
  for (const { timeBucket } of await api('GET', '/timeline/buckets')) {
    for (const id of (await api('GET', `/timeline/bucket?timeBucket=${timeBucket}`)).id) ids.add(id);
  }
  return ids;
}

const line = (text) => console.log(text.replace(/[^\x20-\x7e]/g, (char) => `\\u{${char.codePointAt(0).toString(16)}}`).slice(0, 260));

before(async () => {
  await logIn();
  canary = new Canary(path.join(work, 'canary'));
  await canary.plant();
  files = await everyFile();
  line(`${files.length} files, E2E_SEED=${seed}`);
  watch = new Watch(data);
  watch.start();
});
after(async () => {
  await watch?.stop();
  canary?.close();
});

test('each file is taken, or refused as the wrong kind of file', async () => {
  const waiting = [...files];
  const send = async () => {
    for (let file; (file = waiting.shift()); ) Object.assign(file, await upload(file));
  };
  await Promise.all([send(), send(), send()]);
  for (const file of files) assert.ok([200, 201, 400].includes(file.code), `${file.kind} ${file.name}: ${file.code} ${file.message}`);
});

test('each is shown, or a job of it failed with a reason', async () => {
  const taken = files.filter((file) => file.id);
  let known;
  await eventually('the end of all jobs', async () => {
    if (!(await everyJobDone())) return false;
    known = await outcomes();
    return taken.every(({ id }) => known.get(id)?.isShown || known.get(id)?.troubles?.some((trouble) => trouble.isFinal));
  }, isFull ? 3_600 : 300);

  const counts = {};
  const silent = [];
  for (const file of files) {
    const { isShown, isRead, troubles, files: made } = known.get(file.id) ?? {};
    const failed = (troubles ?? []).filter((trouble) => trouble.isFinal);
    const outcome = !file.id ? 'refused' : failed.length ? 'failed' : 'shown';
    const why = !file.id ? file.message : [made?.join(' ') ?? '', ...failed.map(({ job, reason, crashes, attempts }) => `${job}${crashes ? ` (${crashes} crashes)` : ''}${attempts > 1 ? ` (${attempts} times)` : ''}: ${reason}`)].join('; ');
    line(`${file.kind} | ${file.name} | ${outcome} | ${why}`);
    const count = (counts[file.kind] ??= { shown: 0, failed: 0, refused: 0 });
    count[outcome]++;
    if (file.id && (!isRead || failed.some(({ reason }) => !reason?.trim()))) silent.push(file.name);
  }
  for (const [kind, count] of Object.entries(counts)) line(`${kind}: ${count.shown} shown, ${count.failed} failed with a reason, ${count.refused} refused`);
  assert.deepEqual(silent, [], 'without a reason, or without its place in the timeline');
  assert.deepEqual(taken.filter(({ id }) => known.get(id).troubles?.some(({ crashes }) => crashes)).map(({ name }) => name), [], 'ended the worker');
});

test('all of them stand in the timeline, and their bytes come back as they were sent', async () => {
  const ids = await timelineIds();
  assert.deepEqual(files.filter(({ id }) => id && !ids.has(id)).map(({ name }) => name), []);
  await sameBytes();
});

async function sameBytes() {
  for (const { id, name, bytes } of files.filter((file) => file.id)) {
    const answer = await fetch(`${base}/api/assets/${id}/original`, { headers: authorized() });
    assert.equal(answer.status, 200, name);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    if (/svg|xml|html/.test(answer.headers.get('content-type'))) assert.match(answer.headers.get('content-disposition'), /^attachment/, name);
    const saved = decodeURIComponent(answer.headers.get('content-disposition').split("''")[1]);
    assert.doesNotMatch(saved, /[/\\\0-\x1f]|^\.\.$/, `${name} is saved as ${saved}`);
    assert.equal(answer.headers.get('set-cookie'), null);
    assert.equal(sha1(Buffer.from(await answer.arrayBuffer())), sha1(bytes), name);
  }
}

test('what is said of them is written beside them, or their sidecar is left as it is', async () => {
  const some = files.filter((file) => file.id && (file.sidecar || file.kind === 'names'));
  const before = new Map((await sidecars()).map((row) => [row.id, row.path]));
  await api('PUT', '/assets', { ids: some.map(({ id }) => id), description: 'said by a person', rating: 4 });
  await eventually('the end of all jobs', everyJobDone, 300);
  const after = new Map((await sidecars()).map((row) => [row.id, row]));
  for (const { id, name, sidecar } of some) {
    const { path: written, reason } = after.get(id);
    const bytes = written && (await readFile(path.join(data, 'library', written)));
    if (bytes?.includes('said by a person')) continue;
    assert.ok(reason, `nothing was written beside ${name}, and nobody says why`);
    if (before.get(id)) assert.deepEqual(bytes, sidecar, name);
  }
});

const sidecars = () => sql(`
  select a.id, a.sidecar_path as path, t.last_error as reason from asset a
  left join job_attempt t on t.subject_id = a.id and t.kind = 'sidecar.write' and t.failed_at is not null`);

test('an archive of them has a name for each, and none leads out of its folder', async () => {
  const some = files.filter((file) => file.id && file.kind === 'names');
  const answer = await fetch(`${base}/api/download/archive`, { method: 'POST', headers: { ...authorized(), 'content-type': 'application/json' }, body: JSON.stringify({ assetIds: some.map(({ id }) => id) }) });
  assert.equal(answer.status, 200);
  const names = namesInZip(Buffer.from(await answer.arrayBuffer()));
  assert.equal(names.length, new Set(some.map(({ id }) => id)).size);
  assert.equal(new Set(names.map((name) => name.toLowerCase())).size, names.length, 'some would be written over each other');
  assert.deepEqual(names.filter((name) => /[/\\\0-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]|^\.\.?$/.test(name)), []);
});

// By its index, at its end.
function namesInZip(zip) {
  const names = [];
  const end = zip.lastIndexOf('PK\x05\x06');
  for (let at = zip.readUInt32LE(end + 16); zip.readUInt32LE(at) === 0x02014b50; ) {
    const length = zip.readUInt16LE(at + 28);
    names.push(zip.toString('utf8', at + 46, at + 46 + length));
    at += 46 + length + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return names;
}

test('a storage template gives each a place of its own in the library', async () => {
  const some = files.filter((file) => file.id && file.kind === 'names');
  for (const [i, albumName] of badNames.map((name) => name.replace('\0', '')).entries()) {
    await api('POST', '/albums', { albumName, assetIds: some.filter((_, n) => n % badNames.length === i).map(({ id }) => id) });
  }
  const usual = await api('GET', '/system-config');
  const storageTemplate = { ...usual.storageTemplate, enabled: true, template: '{{album}}/{{make}}/{{model}}/../{{filename}}' };
  await api('PUT', '/system-config', { ...usual, storageTemplate });
  await api('PUT', '/jobs/storageTemplateMigration', { command: 'start', force: false });
  await eventually('every original in its place', async () => (await everyJobDone()) && (await sql("select 1 from asset where original_path not like 'library/%'")).length === 0, 300);
  await api('PUT', '/system-config', usual);
  const places = await sql('select id, original_path as path from asset');
  assert.equal(new Set(places.map((row) => row.path.toLowerCase())).size, places.length, 'two have one place');
  for (const { path: place } of places) {
    const names = place.split('/');
    assert.deepEqual(names.filter((name) => !name || Buffer.byteLength(name) > 255 || /^[. ]|[. ]$|[\\<>:*|"?\0-\x1f\u202a-\u202e\u2066-\u2069]/.test(name)), [], place);
  }
  await sameBytes();
});

test('the server answered all the while, nothing died, memory had its bounds', async () => {
  const { failures, slowest, median, peaks, deaths } = await watch.stop();
  line(`answers: median ${median} ms, slowest ${slowest} ms; most memory: server ${peaks.server} MB, worker and its children ${peaks.worker} MB`);
  assert.deepEqual(failures, []);
  assert.deepEqual(deaths, []);
  // The limits that systemd and Docker are told.
  assert.ok(peaks.server < 768, `the server took ${peaks.server} MB`);
  assert.ok(peaks.worker < 2_048, `the worker took ${peaks.worker} MB`);
});

test('nothing of this machine is in any output, nobody was called, nothing was written beside', async () => {
  const library = path.join(data, 'library');
  const isOriginal = (file) => ['upload', 'library'].some((folder) => file.startsWith(path.join(library, folder)));
  assert.deepEqual(await canary.foundIn(library, (file) => !isOriginal(file)), []);
  assert.deepEqual(await canary.foundIn(path.join(data, 'run'), () => false), []);
  const { stdout: dump } = await run('pg_dump', [await databaseUrl()], { maxBuffer: 1 << 30 });
  assert.ok(dump.includes('COPY public.asset_exif'), 'this is no dump');
  assert.deepEqual(canary.foundInText(dump), []);
  assert.deepEqual(canary.knocks, []);
  assert.deepEqual(await canary.opened(), []);
  for (const file of [canary.pwned, '/tmp/keepsake-pwn', '/tmp/pwned']) await assert.rejects(access(file), file);
  const strangers = (await readdir(library, { recursive: true })).filter((file) => !file.startsWith('library/') && /pwn|etc|\.exe|passwd/.test(file));
  assert.deepEqual(strangers, []);
});

async function databaseUrl() {
  const { KEEPSAKE_DB_URL, KEEPSAKE_DB_USER, KEEPSAKE_DB_PASSWORD } = await secrets();
  const url = new URL(KEEPSAKE_DB_URL.replace('jdbc:', ''));
  return Object.assign(url, { username: KEEPSAKE_DB_USER, password: KEEPSAKE_DB_PASSWORD }).href;
}
