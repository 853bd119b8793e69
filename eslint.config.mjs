// Lint for what types do not see: which folder may import which, and habits of the house.
import ts from 'typescript-eslint'
import vue from 'eslint-plugin-vue'

/** Folders may import only along these arrows; see docs/architecture.md. */
const layer = (files, forbidden) => ({
  files: [files],
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: forbidden.map(([group, message]) => ({ group: [group].flat(), message })) },
    ],
  },
})

const noElectron = [['electron'], 'Only main/, preload/ and the Electron host know Electron.']
const noSqlite = [['better-sqlite3'], 'Only the store opens the database.']
const noNode = [['node:*', 'fs', 'path', 'os', 'child_process'], 'This code also runs in the page.']
const noShell = [['**/main/*', '**/server/*', '**/cli/*', '**/preload/*'], 'The lab and its workers know no shell.']

export default ts.config(
  { ignores: ['node_modules', 'dist', 'native/build', 'test/output', 'docs'] },
  ...ts.configs.recommended,
  ...vue.configs['flat/recommended'],
  {
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: {
      'no-console': ['error', { allow: ['error', 'warn'] }],
      eqeqeq: 'error',
      'no-restricted-globals': ['error', { name: 'eval', message: 'Never.' }],
      'no-new-func': 'error',
      'no-implied-eval': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', prefer: 'type-imports' },
      ],
      // Prettier's part.
      'vue/max-attributes-per-line': 'off',
      'vue/html-self-closing': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/multi-word-component-names': 'off',
      'vue/require-default-prop': 'off',
      'vue/attributes-order': 'off',
    },
  },
  layer('shared/**/*.ts', [
    noElectron,
    noSqlite,
    noNode,
    [['**/electron/**', '**/renderer/**'], 'shared depends on nothing.'],
  ]),
  layer('renderer/**/*.{ts,vue}', [
    noElectron,
    noSqlite,
    noNode,
    [['**/electron/**'], 'The page knows the lab by its contract.'],
  ]),
  layer('electron/lab/**/*.ts', [
    noElectron,
    noSqlite,
    noShell,
    [['**/store/*', '**/training/*', '**/analysis/*', '**/engines/*'], 'Workers are reached by their contract.'],
  ]),
  layer('electron/host/*.ts', [noSqlite, noShell]),
  layer('electron/training/**/*.ts', [
    noElectron,
    noSqlite,
    noShell,
    [['**/lab/*', '**/store/*'], 'Workers do not know each other.'],
  ]),
  layer('electron/store/**/*.ts', [
    noElectron,
    noShell,
    [['**/lab/*', '**/training/*', '**/engines/*'], 'Workers do not know each other.'],
  ]),
  layer('electron/analysis/**/*.ts', [
    noElectron,
    noSqlite,
    noShell,
    [['**/lab/*', '**/store/*', '**/training/*'], 'Workers do not know each other.'],
  ]),
  layer('electron/engines/**/*.ts', [
    noElectron,
    noSqlite,
    noShell,
    [['**/lab/*', '**/store/*', '**/training/*'], 'An engine knows models and numbers.'],
  ]),
  layer('electron/datasets/**/*.ts', [
    noElectron,
    noSqlite,
    noShell,
    [['**/lab/*', '**/store/*'], 'Data sets know files and arrays.'],
  ]),
  layer('electron/server/**/*.ts', [noElectron, noSqlite]),
  layer('electron/cli/**/*.ts', [noElectron, noSqlite]),
  layer('electron/main/**/*.ts', [noSqlite]),
  {
    // What the main process loads; the types are those of Node 24.
    files: ['electron/{main,lab,host,datasets}/**/*.ts', 'electron/server/static-files.ts', 'shared/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['canParse', 'parse'].map((property) => ({ object: 'URL', property, message: 'Electron 22 has Node 16.' })),
      ],
    },
  },
  // CommonJS, for what `--require` loads.
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
    rules: { 'no-console': 'off' },
  },
)
