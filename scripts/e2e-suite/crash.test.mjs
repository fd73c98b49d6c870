// What dies in real life, dies here in the middle of its work: the server while it takes uploads, the worker while
// it makes thumbnails, Redis with work waiting, and what Redis remembers. Runs on the stack of scripts/e2e --full,
// after the first chapter, whose undisturbed photos say how many faces there are to find.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { api, authorized, base, eventually, everyAsset, everyJobDone, logIn, noJobFailed, photos, queue, required, run, sameOriginal, secrets, sql } from './stack.mjs';

const data = required('KEEPSAKE_DATA');
const kinds = ['iphone.heic', 'portrait-curie.jpg', 'prairie_falcon.jpg', 'tanners_ridge.jpg', 'gps.jpg'];
const count = 60;
let folder;
const files = [];

// Another photo to the server, the same picture to the eye: a remark behind the picture's end.
function variant(bytes, kind, number) {
  const remark = Buffer.from(String(number).padStart(4, '0'));
  return Buffer.concat([bytes, ...(kind.endsWith('.heic') ? [Buffer.from('\0\0\0\x0cfree', 'latin1')] : []), remark]);
}

before(async () => {
  await logIn();
  folder = await mkdtemp(path.join(os.tmpdir(), 'keepsake-crash-'));
  for (let i = 0; i < count; i++) {
    const kind = kinds[i % kinds.length];
    const file = { name: `crash-${i}-${kind}`, kind };
    await writeFile(path.join(folder, file.name), variant(await readFile(path.join(photos, kind)), kind, i));
    files.push(file);
  }
});
after(() => folder && rm(folder, { recursive: true }));

const processId = async (name) => Number(await readFile(path.join(data, 'run', `${name}.pid`), 'utf8'));

// Dies at once, and is started again by the supervisor.
async function kill(name) {
  const old = await processId(name);
  process.kill(old, 'SIGKILL');
  await eventually(`a new ${name}`, async () => (await processId(name)) !== old);
}

// The worker stands still while its work is looked at, so that what is seen is what the blow hits.
async function whileTheWorkerRuns(what, strike) {
  await eventually(what, async () => {
    const worker = await processId('worker');
    process.kill(worker, 'SIGSTOP');
    const { active, waiting } = await queue('thumbnailGeneration');
    const hit = active > 0 && waiting > 0;
    if (hit) await strike();
    process.kill(await processId('worker'), 'SIGCONT');
    return hit;
  });
}

async function redis(...command) {
  const { password, port } = new URL((await secrets()).KEEPSAKE_REDIS_URL);
  return (await run('redis-cli', ['-p', port, ...command], { env: { ...process.env, REDISCLI_AUTH: password } })).stdout.trim();
}

// As a phone does: again and again until the server has acknowledged it.
async function upload(file) {
  const bytes = await readFile(path.join(folder, file.name));
  for (;;) {
    const form = new FormData();
    form.append('fileCreatedAt', '2026-01-02T03:04:05Z');
    form.append('fileModifiedAt', '2026-01-02T03:04:05Z');
    form.append('assetData', new Blob([bytes]), file.name);
    try {
      const answer = await fetch(`${base}/api/assets`, { method: 'POST', headers: authorized(), body: form });
      if (answer.ok) return (await answer.json()).id;
      assert.equal(answer.status, 503, await answer.text());
    } catch (failure) {
      if (!(failure instanceof TypeError)) throw failure; // fetch's word for a connection that broke
    }
    await delay(200);
  }
}

test('a server killed during uploads keeps what it acknowledged', async () => {
  await api('PUT', '/queues/thumbnailGeneration', { isPaused: true });
  const waiting = [...files];
  const sender = async () => {
    for (let file; (file = waiting.shift()); ) file.id = await upload(file);
  };
  const senders = Promise.all([sender(), sender(), sender(), sender()]);
  await eventually('a third acknowledged', () => waiting.length < (2 * count) / 3);
  const acknowledged = files.filter((file) => file.id);
  assert.ok(acknowledged.length < count, 'the kill came too late');
  await kill('server');
  await senders;
  await eventually('the server answers', async () => (await fetch(`${base}/api/server/ping`).catch(() => ({}))).ok);

  const assets = (await everyAsset()).filter((asset) => asset.originalFileName.startsWith('crash-'));
  assert.deepEqual(assets.map((asset) => [asset.originalFileName, asset.id]).sort(), files.map((file) => [file.name, file.id]).sort());
});

test('a worker killed among thumbnails, a flushed and a killed Redis lose no work', async () => {
  await api('PUT', '/queues/thumbnailGeneration', { isPaused: false });
  await whileTheWorkerRuns('a worker killed while it makes thumbnails', () => kill('worker'));
  await whileTheWorkerRuns('Redis flushed with work waiting', async () => assert.equal(await redis('flushall'), 'OK'));
  await whileTheWorkerRuns('Redis killed with work waiting', () => kill('redis'));
  await eventually('every thumbnail made', async () => {
    const [{ missing }] = await sql('select count(*) as missing from asset_job_status where thumbnails_at is null');
    return missing === 0;
  }, 300);
  await eventually('all jobs done', everyJobDone, 300);
  await noJobFailed();
});

test('every derivative, vector and face is there exactly once', async () => {
  const assets = await sql(`
    select a.original_file_name as name,
      (select array_agg(type order by type) from asset_file f where f.asset_id = a.id) as files,
      (select count(*) from smart_search s where s.asset_id = a.id) as vectors,
      (select count(*) from asset_face f where f.asset_id = a.id) as faces,
      (select count(*) from asset_face f join face_search on face_id = f.id where f.asset_id = a.id) as "faceVectors"
    from asset a`);
  const undisturbed = new Map(assets.map((asset) => [asset.name, asset]));
  for (const { name, kind } of files) assert.deepEqual(undisturbed.get(name), { ...undisturbed.get(kind), name });
  assert.equal(undisturbed.get('portrait-curie.jpg').faces, 1);
  assert.deepEqual(undisturbed.get('iphone.heic').files, ['preview', 'thumbnail']);

  const recorded = (await sql('select path from asset_file')).map((file) => file.path);
  const library = path.join(data, 'library');
  const folders = ['thumbs', 'encoded-video'].map((folder) => readdir(path.join(library, folder), { recursive: true, withFileTypes: true }));
  const onDisk = (await Promise.all(folders)).flat().filter((entry) => entry.isFile());
  assert.deepEqual(onDisk.map((entry) => path.relative(library, path.join(entry.parentPath, entry.name))).sort(), recorded.sort());
  for (const file of recorded) assert.ok((await stat(path.join(library, file))).size > 0, file);
});

test('every original is there byte for byte', async () => {
  for (const asset of await everyAsset()) {
    const file = files.find((each) => each.id === asset.id);
    if (file) await sameOriginal(asset, path.join(folder, file.name));
  }
});
