import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2023',
    outDir: 'dist',
    // Not `assets`: that is a part of the page.
    assetsDir: 'static',
    // Charts and the editor load when a page needs them; they are the only big ones.
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/api': process.env.SUTURE_API ?? 'http://127.0.0.1:4870' } },
});
