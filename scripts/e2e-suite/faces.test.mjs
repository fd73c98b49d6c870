// Two people's photos become two people, with the models that come along. The photos are altered copies of two
// portraits: they prove the way from an upload to a name, not how well faces are told apart.
import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { before, test } from 'node:test';
import { api, authorized, base, cli, eventually, everyJobDone, logIn, noJobFailed, photos, run, sql } from './stack.mjs';

const people = async () => (await api('GET', '/people')).people;
const seenOn = async (person) => (await api('GET', `/people/${person.id}/statistics`)).assets;

// Brighter, darker, smaller, turned by a few degrees and mirrored: as different as the weather makes them.
const changes = ['eq=brightness=0.06', 'eq=brightness=-0.08:contrast=0.9', 'rotate=0.07', 'rotate=-0.06,eq=saturation=0.6', 'hflip'];

async function copies(folder, portrait, part) {
  for (const [i, change] of changes.entries()) {
    const to = path.join(folder, `${path.parse(portrait).name}-${i}.jpg`);
    await run('ffmpeg', ['-nostdin', '-v', 'error', '-i', path.join(photos, portrait), '-vf', `${part}scale=-2:900,${change}`, '-q:v', '3', to]);
  }
}

before(logIn);

test('photos of two people become two people by themselves', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'keepsake-e2e-faces-'));
  await copies(folder, 'astronaut.png', '');
  await copies(folder, 'portrait-curie.jpg', 'crop=300:330:160:60,');
  const { secret } = await api('POST', '/api-keys', { name: 'faces', permissions: ['all'] });
  await cli('login', `${base}/api`, secret);
  await cli('upload', '--recursive', '--no-progress', folder);
  await eventually('all jobs done', everyJobDone, 240);
  await noJobFailed();
  const known = await people();
  assert.equal(known.length, 2);
  for (const person of known) assert.ok((await seenOn(person)) >= changes.length, `on ${await seenOn(person)} photos`);
  // Nobody is on both sides; the portraits themselves are there from before.
  const rows = await sql(`select p.id, array_agg(distinct substring(a.original_file_name from '^[a-z]+')) as names
      from person p join asset_face f on f.person_id = p.id join asset a on a.id = f.asset_id group by p.id`);
  assert.deepEqual(rows.map(({ names }) => names.length), [1, 1]);
});

test('each has a portrait', async () => {
  for (const { id } of await people()) {
    const answer = await fetch(`${base}/api/people/${id}/thumbnail`, { headers: authorized() });
    assert.equal(answer.status, 200);
    const file = path.join(await mkdtemp(path.join(os.tmpdir(), 'keepsake-e2e-portrait-')), 'portrait.jpg');
    await writeFile(file, Buffer.from(await answer.arrayBuffer()));
    const { stdout } = await run('ffprobe', ['-v', 'error', '-show_entries', 'stream=codec_name,width,height', '-of', 'csv=p=0', file]);
    assert.equal(stdout.trim(), 'mjpeg,250,250');
  }
});

test('a name stays when all faces are grouped anew', async () => {
  const [first] = await people();
  const count = await seenOn(first);
  await api('PUT', `/people/${first.id}`, { name: 'Marie' });
  await api('PUT', '/jobs/facialRecognition', { command: 'start', force: true });
  await eventually('all jobs done', everyJobDone, 120);
  await noJobFailed();
  const known = await people();
  assert.equal(known.length, 2);
  const named = known.find(({ name }) => name === 'Marie');
  assert.equal(named.id, first.id);
  assert.equal(await seenOn(named), count);
});
