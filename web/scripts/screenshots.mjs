// Takes pictures of every page in a real browser, and fails when the console complains (a broken
// content security policy shows there and nowhere else) or axe finds the page hard to use.
//   KEEPSAKE_URL=http://localhost:2283 KEEPSAKE_EMAIL=… KEEPSAKE_PASSWORD=… \
//     node scripts/screenshots.mjs FOLDER [NAME_PREFIX]
// Without an account yet, the first-run page is photographed and the account made.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const folder = process.argv[2] ?? 'target/screenshots';
const prefix = process.argv[3] ?? '';
const url = process.env.KEEPSAKE_URL ?? 'http://localhost:2283';
const email = process.env.KEEPSAKE_EMAIL ?? 'ana@example.org';
const password = process.env.KEEPSAKE_PASSWORD ?? 'correct horse battery';
const query = process.env.KEEPSAKE_QUERY ?? 'flower';

const looks = {
  desktop: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  dark: { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  'phone-dark': {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
    colorScheme: 'dark',
  },
};

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const complaints = [];

try {
  for (const [look, options] of Object.entries(looks)) {
    const context = await browser.newContext({ deviceScaleFactor: 1, locale: 'en-GB', ...options });
    const page = await context.newPage();
    page.on('console', (message) => {
      // A thumbnail that is not made yet and a wrong password are no faults of the page.
      const expected = /the server responded with a status of (401|404|503)/;
      if (message.type() === 'error' && !expected.test(message.text()))
        complaints.push(`${look}: ${message.text()}`);
    });
    page.on('pageerror', (error) => complaints.push(`${look}: ${error.stack ?? error}`));
    const shot = async (name) => {
      await page.screenshot({ path: join(folder, `${prefix}${name}-${look}.png`) });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      for (const { id, help, nodes } of violations)
        complaints.push(`${look}: ${name}: ${id}: ${help}: ${nodes.map((node) => node.html)[0]}`);
    };

    await page.goto(url);
    const signUp = page.getByRole('button', { name: 'Make account' });
    const login = page.getByRole('button', { name: 'Log in' });
    await signUp.or(login).waitFor();
    if (await signUp.isVisible()) {
      await shot('sign-up');
      await page.getByLabel('Your name').fill('Ana');
    } else {
      await shot('login');
    }
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(password);
    await signUp.or(login).click();

    await page.getByRole('heading', { name: 'Photos', exact: true }).waitFor({ state: 'attached' });
    await settled(page);
    await shot('photos');

    const tiles = page.locator('[data-photo]');
    if ((await tiles.count()) > 0) {
      await page.evaluate(() => scrollTo(0, 1500));
      await settled(page);
      await shot('photos-scrolled');
      await page.evaluate(() => scrollTo(0, 0));
      await settled(page);

      await tiles.first().click();
      await page.getByRole('dialog').waitFor();
      await settled(page);
      await shot('viewer');
      await page.keyboard.press('i');
      await page.getByRole('complementary', { name: 'Details' }).waitFor();
      await settled(page);
      await shot('viewer-details');
      await page.keyboard.press('i');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }

    await page.getByRole('button', { name: 'Account' }).click();
    await shot('account');
    await page.keyboard.press('Escape');

    await page.goto(`${url}/search`);
    await settled(page);
    await shot('search');
    await page.goto(`${url}/search?q=${encodeURIComponent(query)}`);
    await settled(page);
    await shot('search-results');
    await context.close();
  }
} finally {
  await browser.close();
}

if (complaints.length > 0) {
  console.error(complaints.join('\n'));
  process.exit(1);
}

/** Until nothing loads and what was asked for is painted. */
async function settled(page) {
  await page.waitForLoadState('networkidle');
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
  // The longest transition of the app.
  await page.waitForTimeout(250);
}
