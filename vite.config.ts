import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The folder of the packages, from the folder of the maps. */
const PACKAGES = '../../../node_modules/';

/** The renderer only: build/bundle.mjs makes what runs in Node. */
export default defineConfig({
  root: 'renderer',
  // The same files are served under quantum-lock://console/ and under http://127.0.0.1:<port>/.
  base: './',
  // Every text of the page goes through one place: renderer/text.
  plugins: [react({ jsxImportSource: '#text' })],
  server: { fs: { allow: ['..'] } },
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    // The content security policy allows no data: fonts and no inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: true,
    // Maps name a package's files alike, wherever its folder is: what is built does not say where.
    rolldownOptions: { output: { sourcemapPathTransform: (path) => path.replace(/^.*?\/node_modules\//, PACKAGES) } },
  },
});
