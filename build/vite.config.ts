/** Bundles the page (renderer/) for Electron 22 and later, and for browsers. `vite --config build/vite.config.ts` serves it for development. */
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

const fromRoot = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))

export default defineConfig({
  root: fromRoot('renderer'),
  // Relative addresses, so that the same files work on app:// and under any path of a web server.
  base: './',
  publicDir: false,
  cacheDir: fromRoot('node_modules/.vite'),
  plugins: [vue()],
  build: {
    outDir: fromRoot('dist/renderer'),
    emptyOutDir: true,
    target: 'chrome108',
    // Measured without compression: the files are read from disk or from this machine.
    chunkSizeWarningLimit: 1200,
    reportCompressedSize: false,
  },
  server: {
    host: '127.0.0.1',
    // A lab served by `basin serve`; its address is printed there.
    proxy: { '/lab': { target: process.env['BASIN_DEV_LAB'] ?? 'http://127.0.0.1:8787', ws: true } },
  },
})
