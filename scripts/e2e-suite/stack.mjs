// What the chapters share: the stack that scripts/e2e started, its API, Immich's command line client.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { judge } from './contract.mjs';

export const run = promisify(execFile);
export const base = required('E2E_URL');
export const photos = required('E2E_PHOTOS');
export const account = { name: 'Ana', email: 'ana@example.org', password: 'a long enough password' };
let session;

export function required(name) {
  return process.env[name] ?? assert.fail(`${name} is not set: run scripts/e2e`);
}

export const token = () => session;
export const authorized = () => ({ authorization: `Bearer ${session}` });

export async function logIn() {
  const { email, password } = account;
  session = (await api('POST', '/auth/login', { email, password })).accessToken;
}

// The answer's body; an answer that Immich would not give fails.
export async function api(method, route, body) {
  const response = await fetch(`${base}/api${route}`, {
    method,
    headers: { ...(session && authorized()), ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${route}: ${response.status} ${text}`);
  const answer = text ? JSON.parse(text) : undefined;
  judge(method, route, response.status, answer);
  return answer;
}

// Asks until the answer is right; for what the server does in its own time.
export async function eventually(what, ask, seconds = 120) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    assert.ok(Date.now() < end, `did not happen within ${seconds} s: ${what}`);
    await delay(100);
  }
}

const node_modules = path.join(import.meta.dirname, 'node_modules');

export async function cli(...args) {
  const { stdout } = await run(process.execPath, [path.join(node_modules, '@immich/cli/bin/immich'), ...args], {
    env: { ...process.env, IMMICH_CONFIG_DIR: path.join(os.tmpdir(), `keepsake-cli-${process.pid}`) },
  });
  return stdout;
}

export async function everyAsset() {
  const { assets } = await api('POST', '/search/metadata', { size: 1000 });
  assert.equal(assets.nextPage, null);
  return assets.items;
}

export async function assetNamed(originalFileName) {
  const { assets } = await api('POST', '/search/metadata', { originalFileName });
  return assets.items.find((asset) => asset.originalFileName === originalFileName) ?? assert.fail(`no ${originalFileName}`);
}

export async function queue(name) {
  return (await api('GET', `/queues/${name}`)).statistics;
}

export async function everyJobDone() {
  const queues = await api('GET', '/queues');
  return queues.every(({ statistics: { active, waiting, delayed } }) => active + waiting + delayed === 0);
}

export async function noJobFailed() {
  const failed = (await api('GET', '/queues')).filter((queue) => queue.statistics.failed > 0);
  assert.deepEqual(failed, []);
}

export const sha1 = (bytes) => createHash('sha1').update(bytes).digest('base64');

// What is kept are the bytes that were sent, and the recorded checksum is theirs.
export async function sameOriginal(asset, file) {
  const answer = await fetch(`${base}/api/assets/${asset.id}/original`, { headers: authorized() });
  assert.equal(answer.status, 200);
  const sent = sha1(await readFile(file));
  assert.equal(sha1(Buffer.from(await answer.arrayBuffer())), sent, asset.originalFileName);
  assert.equal(asset.checksum, sent);
}

export const secrets = async () => Object.fromEntries((await readFile(path.join(required('KEEPSAKE_DATA'), 'services.env'), 'utf8')).split('\n').map((line) => line.split(/=(.*)/, 2)));

export async function sql(query) {
  const { KEEPSAKE_DB_URL, KEEPSAKE_DB_USER, KEEPSAKE_DB_PASSWORD } = await secrets();
  const env = { ...process.env, PGPASSWORD: KEEPSAKE_DB_PASSWORD };
  const { stdout } = await run('psql', ['-qXAtU', KEEPSAKE_DB_USER, '-d', KEEPSAKE_DB_URL.replace('jdbc:', ''), '-c', `select coalesce(json_agg(q), '[]') from (${query}) q`], { env, maxBuffer: 1 << 26 });
  return JSON.parse(stdout);
}
