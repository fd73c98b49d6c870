// The main job with a real client: a camera roll is backed up, sent again for nothing, found by words,
// its faces seen, and looked at in a browser. The stack is started by scripts/e2e.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

const run = promisify(execFile);
const here = import.meta.dirname;
const base = required('E2E_URL');
const photos = required('E2E_PHOTOS');
const email = 'ana@example.org';
const password = 'a long enough password';
let session;
let browser;

function required(name) {
  return process.env[name] ?? assert.fail(`${name} is not set: run scripts/e2e`);
}

async function api(method, route, body) {
  const response = await fetch(`${base}/api${route}`, {
    method,
    headers: {
      ...(session && { authorization: `Bearer ${session}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${route}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

// Asks until the answer is right; for what the server does in its own time.
async function eventually(what, ask, seconds = 120) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    assert.ok(Date.now() < end, `did not happen within ${seconds} s: ${what}`);
    await delay(250);
  }
}

async function cli(...args) {
  const { stdout } = await run(
    process.execPath,
    [path.join(here, 'node_modules/@immich/cli/bin/immich'), ...args],
    { env: { ...process.env, IMMICH_CONFIG_DIR: path.join(os.tmpdir(), `keepsake-cli-${process.pid}`) } },
  );
  return stdout;
}

async function everyJobDone() {
  const queues = await api('GET', '/queues');
  return queues.every((queue) => {
    const { active, waiting, delayed } = queue.statistics;
    return active + waiting + delayed === 0;
  });
}

before(async () => {
  await api('POST', '/auth/admin-sign-up', { email, password, name: 'Ana' });
  session = (await api('POST', '/auth/login', { email, password })).accessToken;
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});
after(() => browser?.close());

test('the command line client backs a folder up', async () => {
  const { secret } = await api('POST', '/api-keys', { name: 'cli', permissions: ['all'] });
  await cli('login', `${base}/api`, secret);
  await cli('upload', '--recursive', '--no-progress', photos);
  const { total } = await api('GET', '/assets/statistics');
  assert.equal(total, (await readdir(photos)).length);
});

test('sending the folder again sends nothing', async () => {
  const before = await api('GET', '/assets/statistics');
  const output = await cli('upload', '--recursive', '--no-progress', '--json-output', photos);
  const report = JSON.parse(output.slice(output.indexOf('{')));
  assert.deepEqual(report.newFiles, []);
  assert.equal(report.duplicates.length, before.total);
  assert.deepEqual(await api('GET', '/assets/statistics'), before);
});

test('every original comes back byte for byte', async () => {
  const { assets } = await api('POST', '/search/metadata', { size: 1000 });
  for (const asset of assets.items) {
    const answer = await fetch(`${base}/api/assets/${asset.id}/original`, {
      headers: { authorization: `Bearer ${session}` },
    });
    const sha1 = (bytes) => createHash('sha1').update(bytes).digest('base64');
    const sent = sha1(await readFile(path.join(photos, asset.originalFileName)));
    assert.equal(sha1(Buffer.from(await answer.arrayBuffer())), sent, asset.originalFileName);
    assert.equal(asset.checksum, sent);
  }
});

test('every job finishes and none fails', async () => {
  await eventually('all jobs done', everyJobDone, 240);
  const failed = (await api('GET', '/queues')).filter((queue) => queue.statistics.failed > 0);
  assert.deepEqual(failed, []);
});

test('the word "red" finds the red photo first', async () => {
  const { assets } = await api('POST', '/search/smart', { query: 'red' });
  assert.equal(assets.items[0].originalFileName, 'red-car.png');
});

test('the portrait has a face', async () => {
  const { assets } = await api('POST', '/search/metadata', { originalFileName: 'astronaut.png' });
  const faces = await api('GET', `/faces?id=${assets.items[0].id}`);
  assert.equal(faces.length, 1);
});

test('a browser shows the photos, opens one and uploads one', async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 4000 } });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => {
    // A new photo's thumbnail is asked for before it is made; the browser reports that 404.
    const early = message.location().url.includes('/thumbnail?');
    if (message.type() === 'error' && !early) complaints.push(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));

  await page.goto(base);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();

  const tiles = page.locator('main a[data-photo]');
  const painted = () =>
    tiles.locator('img').evaluateAll((images) => images.filter((image) => image.complete && image.naturalWidth > 0).length);
  const total = (await readdir(photos)).length;
  await eventually('all thumbnails painted', async () => (await painted()) >= total, 30);

  if (process.env.E2E_SCREENSHOT) {
    await page.screenshot({ path: process.env.E2E_SCREENSHOT, clip: { x: 0, y: 0, width: 1440, height: 900 } });
  }

  await tiles.first().click();
  const dialog = page.getByRole('dialog');
  await eventually('the preview painted', () =>
    dialog.locator('img').first().evaluate((image) => image.complete && image.naturalWidth > 0),
  );
  await page.keyboard.press('Escape');

  const folder = await mkdtemp(path.join(os.tmpdir(), 'keepsake-upload-'));
  await mkdir(folder, { recursive: true });
  const extra = path.join(folder, 'from-the-browser.png');
  await copyFile(required('E2E_EXTRA'), extra);
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Upload', exact: true }).first().click();
  await (await choosing).setFiles(extra);
  await eventually('the upload in the library', async () => (await api('GET', '/assets/statistics')).total === total + 1);
  await eventually('the upload painted', async () => (await painted()) >= total + 1, 60);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('stopped and started again, it has everything', async () => {
  const scripts = path.join(here, '..');
  const before = await api('GET', '/assets/statistics');
  await run(path.join(scripts, 'down'));
  await run(path.join(scripts, 'up'), ['--detach']);
  assert.deepEqual(await api('GET', '/assets/statistics'), before);
  const { assets } = await api('POST', '/search/metadata', { originalFileName: 'red-car.png' });
  const answer = await fetch(`${base}/api/assets/${assets.items[0].id}/original`, {
    headers: { authorization: `Bearer ${session}` },
  });
  const sent = await readFile(path.join(photos, 'red-car.png'));
  assert.ok(sent.equals(Buffer.from(await answer.arrayBuffer())));
});
