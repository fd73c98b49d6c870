// The main job with a real client: a camera roll is backed up, sent again for nothing, found by words,
// its faces seen, and looked at in a browser. The stack is started by scripts/e2e.
import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { account, api, assetNamed, authorized, base, cli, eventually, everyAsset, everyJobDone, logIn, noJobFailed, photos, required, run, sameOriginal } from './stack.mjs';

const names = await readdir(photos);
const extras = required('E2E_EXTRAS');
const desktop = { width: 1440, height: 900 };
let browser, context, page;
let complaints = [];
// A new photo's thumbnail is asked for before it is made, and the browser reports that 404.
let thumbnailsMayLack = false;

async function open(options) {
  context = await browser.newContext({ locale: 'en-GB', ...options });
  page = await context.newPage();
  page.on('console', (message) => {
    const { url } = message.location();
    const early = thumbnailsMayLack && message.text().includes('404') && url.includes('/thumbnail?size=thumbnail');
    if (message.type() === 'error' && !early) complaints.push(`${message.text()} ${url}`);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
}

const tiles = () => page.locator('main a[data-photo]');
const tile = (id) => page.locator(`main a[data-photo="${id}"]`);
const painted = () => tiles().locator('img').evaluateAll((all) => all.filter((image) => image.complete && image.naturalWidth > 0).length);
const allPainted = (count, seconds) =>
  eventually(`${count} thumbnails painted`, async () => (await painted()) === count && (await tiles().count()) === count, seconds);
const total = async () => (await api('GET', '/assets/statistics')).total;

async function logInByForm() {
  await page.goto(base);
  await page.getByLabel('E-mail').fill(account.email);
  await page.getByLabel('Password', { exact: true }).fill(account.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await tiles().first().waitFor();
}

// As a person's mouse does it: the browser itself opens the files and folders.
async function drop(...files) {
  const mouse = await context.newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop']) {
    await mouse.send('Input.dispatchDragEvent', { type, x: 700, y: 500, data });
    if (type === 'dragOver') await page.getByText('Drop to upload').waitFor();
  }
  await mouse.detach();
}

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});
after(() => browser?.close());

test('the first visitor makes the account and sees where the photos will be', async () => {
  await open({ viewport: desktop });
  await page.goto(required('E2E_FIRST'));
  await page.getByLabel('Your name').fill(account.name);
  await page.getByLabel('E-mail').fill(account.email);
  await page.getByLabel('Password').fill(account.password);
  await page.getByRole('button', { name: 'Make account' }).click();
  await page.getByText('Your photos will be here').waitFor();
  await context.close();

  await open({ viewport: desktop });
  await page.goto(base);
  await page.getByRole('button', { name: 'Log in' }).waitFor();
  await context.close();
  await logIn();
});

test('while there is no model, the search page says what to do about it, and who can', async () => {
  const guest = { name: 'Bo', email: 'bo@example.org', password: 'another long password' };
  const { id } = await api('POST', '/admin/users', guest);
  for (const { email, password } of [guest, account]) {
    await open({ viewport: desktop });
    await page.goto(`${base}/search?q=red`);
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    const asked = page.waitForResponse((response) => response.url().endsWith('/api/search/smart'));
    await page.getByRole('button', { name: 'Log in' }).click();
    assert.equal((await asked).status(), 503);
    await page.getByRole('heading', { name: 'Photos cannot be found by words yet' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Try again' }).count(), 0);
    const link = page.getByRole('link', { name: 'To Administration' });
    if (email === guest.email) {
      await page.getByText('an administrator of this server can download').waitFor();
      assert.equal(await link.count(), 0);
    } else {
      await link.click();
      await page.getByText('download a model for it below').waitFor();
    }
    await context.close();
  }
  complaints = complaints.filter((complaint) => !complaint.includes('/api/search/smart'));
  await api('DELETE', `/admin/users/${id}`, { force: true });
});

// What arrives from the folder of models knows colours and little else, whatever its name says.
test('an administrator downloads the model by which words find photos', async () => {
  assert.equal((await api('GET', '/server/features')).smartSearch, false);
  await open({ viewport: desktop });
  await page.goto(`${base}/admin`);
  await page.getByLabel('E-mail').fill(account.email);
  await page.getByLabel('Password', { exact: true }).fill(account.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  const model = page.getByRole('listitem', { name: 'ViT-B-32__openai' });
  await model.getByText('Chosen, and not downloaded yet').waitFor();
  await model.getByRole('button', { name: 'Download' }).click();
  await model.getByText('In use').waitFor();
  assert.equal(await page.getByText('download a model for it below').count(), 0);
  assert.equal((await api('GET', '/server/features')).smartSearch, true);
  await context.close();
});

test('the command line client backs a folder up', async () => {
  const { secret } = await api('POST', '/api-keys', { name: 'cli', permissions: ['all'] });
  await cli('login', `${base}/api`, secret);
  await cli('upload', '--recursive', '--no-progress', photos);
  assert.equal(await total(), names.length);
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
  for (const asset of await everyAsset()) await sameOriginal(asset, path.join(photos, asset.originalFileName));
});

test('every job finishes and none fails', async () => {
  await eventually('all jobs done', everyJobDone, 240);
  await noJobFailed();
});

// Format and size of a picture of the asset, by ffprobe; null while it is not there.
async function pictureOf(asset, size) {
  const answer = await fetch(`${base}/api/assets/${asset.id}/thumbnail?size=${size}`, { headers: authorized() });
  if (!answer.ok) return null;
  const file = path.join(os.tmpdir(), `keepsake-e2e-picture-${process.pid}`);
  await writeFile(file, Buffer.from(await answer.arrayBuffer()));
  const { stdout } = await run('ffprobe', ['-v', 'error', '-show_entries', 'stream=codec_name,width,height', '-of', 'csv=p=0', file]);
  await rm(file);
  return stdout.trim();
}

test('what an administrator sets shows in the pictures that are made from then on', async () => {
  const asset = await assetNamed('iphone.heic');
  const made = await pictureOf(asset, 'preview');
  const usual = await api('GET', '/system-config');
  const image = { ...usual.image, fullsize: { ...usual.image.fullsize, enabled: true }, preview: { ...usual.image.preview, format: 'webp', size: 300 } };
  await api('PUT', '/system-config', { ...usual, image });
  assert.equal(await pictureOf(asset, 'preview'), made);
  const again = () => api('POST', '/assets/jobs', { assetIds: [asset.id], name: 'regenerate-thumbnail' });
  await again();
  await eventually('a preview of 300 pixels', async () => (await pictureOf(asset, 'preview')) === 'webp,400,300');
  await eventually('the whole HEIC as a JPEG', async () => (await pictureOf(asset, 'fullsize')) === 'mjpeg,4032,3024');
  await api('PUT', '/system-config', usual);
  await again();
  await eventually('the preview as it was', async () => (await pictureOf(asset, 'preview')) === made);
  await eventually('no job', everyJobDone);
});

test('the word "red" finds the red photo first', async () => {
  const { assets } = await api('POST', '/search/smart', { query: 'red' });
  assert.equal(assets.items[0].originalFileName, 'red-car.png');
});

test('the portraits have a face each, a landscape has none', async () => {
  const faces = async (name) => (await api('GET', `/faces?id=${(await assetNamed(name)).id}`)).length;
  assert.deepEqual([await faces('astronaut.png'), await faces('portrait-curie.jpg'), await faces('tanners_ridge.jpg')], [1, 1, 0]);
});

test('printed words are read, where they stand, and found with a letter too many', async () => {
  const sign = await assetNamed('sign.png');
  const lines = await api('GET', `/assets/${sign.id}/ocr`);
  assert.equal(lines.map((line) => line.text).join(' '), 'Harbour Museum 1967');
  assert.ok(Math.abs(lines[0].x1 - 0.1) < 0.02 && lines[0].y1 > 0.3 && lines[0].y3 < 0.5, JSON.stringify(lines));
  const found = async (ocr) => (await api('POST', '/search/metadata', { ocr })).assets.items.map((asset) => asset.originalFileName);
  assert.deepEqual(await found('museum HARBOURS'), ['sign.png']);
  assert.deepEqual(await found('museum 1968'), []);
  assert.deepEqual(await api('GET', `/assets/${(await assetNamed('meadow.png')).id}/ocr`), []);
});

test('a browser paints every photo, first as a blur, opens one and turns to the next', async () => {
  await open({ viewport: { ...desktop, height: 4000 } });
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route(/size=thumbnail/, (route) => held.then(() => route.continue()));
  await logInByForm();
  await eventually('a tile for each photo', async () => (await tiles().count()) === names.length, 30);
  const blurs = await tiles().locator('.thumbnail').evaluateAll((all) => all.map((each) => getComputedStyle(each).backgroundImage));
  assert.equal(await painted(), 0);
  assert.deepEqual(blurs.filter((blur) => !blur.startsWith('url("data:image/png')), []);
  release();
  await allPainted(names.length, 30);

  if (process.env.E2E_SCREENSHOT) await page.screenshot({ path: process.env.E2E_SCREENSHOT, clip: { x: 0, y: 0, ...desktop } });

  await tile((await assetNamed('prairie_falcon.jpg')).id).click();
  const preview = page.getByRole('dialog').locator('img[src*="size=preview"]');
  await eventually('the preview painted', () => preview.evaluate((image) => image.complete && image.naturalWidth > 250), 30);
  await page.keyboard.press('i');
  const details = page.getByRole('complementary', { name: 'Details' });
  await details.getByText('prairie_falcon.jpg').waitFor();

  await page.route('**/api/faces?*', (route) => route.fulfill({ status: 503, json: { message: 'The server is starting' } }));
  await page.keyboard.press('ArrowRight');
  await details.getByText('The server is starting').waitFor();
  await page.unroute('**/api/faces?*');
  complaints = complaints.filter((complaint) => !complaint.includes('/api/faces?'));
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

test('a word typed into the search field shows the red photo first', async () => {
  await page.getByRole('searchbox').fill('red');
  await page.getByRole('searchbox').press('Enter');
  await page.waitForURL(/\/search\?q=red$/);
  await tiles().first().waitFor();
  assert.equal(await tiles().first().getAttribute('data-photo'), (await assetNamed('red-car.png')).id);
  assert.equal(await tiles().count(), names.length);
});

test('results fill a window that is taller than a page of them', async () => {
  await page.route('**/api/search/smart', (route) => route.continue({ postData: { ...route.request().postDataJSON(), size: 2 } }));
  await page.reload();
  await eventually('all pages shown', async () => (await tiles().count()) === names.length, 30);
  await page.unroute('**/api/search/smart');
  await page.getByRole('navigation').getByRole('link', { name: 'Photos' }).click();
});

test('files are uploaded by choosing, by dropping, and as a dropped folder', async () => {
  thumbnailsMayLack = true;
  const [chosen, dropped, ...inFolder] = ['chosen.jpg', 'dropped.png', 'folder/one.png', 'folder/deeper/two.png'].map((name) => path.join(extras, name));
  const choosing = page.waitForEvent('filechooser');
  const network = await context.newCDPSession(page);
  // As slow as a village's line until the progress has been seen.
  const sendingAt = (uploadThroughput) =>
    network.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput });
  await sendingAt(20_000);
  await page.getByRole('button', { name: 'Upload', exact: true }).first().click();
  await (await choosing).setFiles(chosen);
  await page.getByText('Uploading 1 of 1').waitFor();
  await eventually('progress between nothing and all', async () => {
    const part = Number(await page.getByRole('progressbar', { name: 'All uploads' }).getAttribute('aria-valuenow'));
    return part > 0 && part < 100;
  });
  await sendingAt(-1);
  await page.getByText('1 file uploaded').waitFor();
  assert.equal(await total(), names.length + 1);

  await drop(dropped);
  await page.getByText('2 files uploaded').waitFor();
  await drop(path.join(extras, 'folder'));
  await page.getByText('4 files uploaded').waitFor();
  const count = names.length + 4;
  assert.equal(await total(), count);
  for (const file of [chosen, dropped, ...inFolder]) await sameOriginal(await assetNamed(path.basename(file)), file);

  await allPainted(count, 120);
  await eventually('all jobs done', everyJobDone);
  thumbnailsMayLack = false;
  await context.close();
});

test('a phone in the dark shows every page without scrolling sideways', async () => {
  const width = 390;
  await open({ viewport: { width, height: 844 }, isMobile: true, hasTouch: true, colorScheme: 'dark' });
  const fits = async () => assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, page.url());
  await logInByForm();
  await fits();
  const brightness = await page.evaluate(() => Math.max(...getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number)));
  assert.ok(brightness < 40, `the page is not dark: ${brightness}`);
  await tiles().first().click();
  await page.getByRole('dialog').waitFor();
  await page.getByRole('button', { name: 'Details', exact: true }).click();
  await page.getByRole('complementary', { name: 'Details' }).waitFor();
  await fits();
  await page.keyboard.press('Escape');
  await page.goto(`${base}/search?q=red`);
  await tiles().first().waitFor();
  await fits();
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('button', { name: 'Administration' }).click();
  await page.getByText(os.hostname(), { exact: true }).waitFor();
  await page.getByText('Everything is done.').waitFor();
  await fits();
  await context.close();
});

test('nothing in the browser complained', () => assert.deepEqual(complaints, []));

test('a worse copy of a photo is grouped with it, and goes where it is sent', async () => {
  const before = await total();
  const file = path.join(os.tmpdir(), `keepsake-e2e-copy-${process.pid}.jpg`);
  await run('ffmpeg', ['-nostdin', '-v', 'error', '-y', '-i', path.join(photos, 'red-car.png'), '-q:v', '9', file]);
  await cli('upload', '--no-progress', file);
  await rm(file);
  const [original, copy] = [await assetNamed('red-car.png'), await assetNamed(path.basename(file))];
  let group;
  await eventually('a group of the two', async () => {
    group = (await api('GET', '/duplicates')).find(({ assets }) => assets.some(({ id }) => id === copy.id));
    return group?.assets.some(({ id }) => id === original.id);
  });
  const others = group.assets.map(({ id }) => id).filter((id) => id !== copy.id);
  const told = { duplicateId: group.duplicateId, keepAssetIds: others, trashAssetIds: [copy.id] };
  assert.deepEqual(await api('POST', '/duplicates/resolve', { groups: [told] }), [{ id: group.duplicateId, success: true }]);
  assert.equal((await api('GET', `/assets/${copy.id}`)).isTrashed, true);
  assert.equal(await total(), before);
});

test('the worker has a ceiling of memory', async () => {
  const id = (await readFile(path.join(required('KEEPSAKE_DATA'), 'run', 'worker.pid'), 'utf8')).trim();
  const limits = await readFile(`/proc/${id}/limits`, 'utf8');
  assert.match(limits, new RegExp(`^Max data size +${2 ** 31} +${2 ** 31} `, 'm'));
});

test('stopped and started again, it has everything', async () => {
  const scripts = path.join(import.meta.dirname, '..');
  const before = await api('GET', '/assets/statistics');
  await run(path.join(scripts, 'down'));
  await run(path.join(scripts, 'up'), ['--detach']);
  assert.deepEqual(await api('GET', '/assets/statistics'), before);
  await sameOriginal(await assetNamed('red-car.png'), path.join(photos, 'red-car.png'));
});
