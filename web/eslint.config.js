import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['node_modules', 'target', 'src/lib/client/schema.d.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    rules: {
      // A style attribute in markup breaks the content security policy; `style:name` does not.
      'no-restricted-syntax': [
        'error',
        { selector: 'SvelteAttribute[key.name="style"]', message: 'Use style:name={value}.' },
      ],
      'svelte/no-at-html-tags': 'error',
      // Our collections are reactive by being replaced, or are nobody's state.
      'svelte/prefer-svelte-reactivity': 'off',
      'no-restricted-globals': ['error', { name: 'fetch', message: 'Use lib/client.' }],
    },
  },
);
