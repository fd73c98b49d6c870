import { svelte } from '@sveltejs/vite-plugin-svelte';
import sbom from 'rollup-plugin-sbom';
import type { Rolldown } from 'vite';
import { defineConfig } from 'vitest/config';

/** What is bundled, as CycloneDX; web/build moves it out of what is served. */
const billOfMaterials = (name: string) =>
  sbom({
    outDir: 'sbom',
    outFilename: `${name}.cdx`,
    outFormats: ['json'],
    includeWellKnown: false,
    saveTimestamp: false,
  });

// The plugin looks for every bundler that it knows; this one is not used here.
const rolldownOptions: Rolldown.RolldownOptions = {
  onwarn: (warning, warn) => {
    if (!warning.message?.includes('auto-registration of tool "rollup"')) warn(warning);
  },
};

export default defineConfig({
  plugins: [svelte({ configFile: false }), billOfMaterials('web')],
  build: {
    target: 'es2022',
    // Nothing is inlined: the content security policy allows files of this origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions,
  },
  worker: { format: 'es', plugins: () => [billOfMaterials('web-worker')], rolldownOptions },
  server: {
    proxy: { '/api': { target: process.env.KEEPSAKE_URL ?? 'http://localhost:2283', ws: true } },
  },
  test: {
    include: ['src/**/*.test.ts'],
  },
});
