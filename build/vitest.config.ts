/** Tests run on the Node 24 of the dependencies, in processes of their own because several load the native core. */
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test-order'

export default defineConfig({
  root: dirname(dirname(fileURLToPath(import.meta.url))),
  plugins: [vue()],
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Browsers and started labs keep a test waiting a third of its time.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A page that reloads on a busy machine takes longer than the usual second.
    expect: { poll: { timeout: 10_000 } },
  },
})
