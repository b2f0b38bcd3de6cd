/**
 * How the desk is built and served while it is being written.
 *
 * The program embeds `dist/`: hashed files, one index.html, no source maps. `__CSP_NONCE__` in
 * index.html is replaced by the program with a fresh value for each answer, so that the styles antd
 * writes at run time need no `unsafe-inline`.
 */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const api = process.env.TEND_API ?? "http://127.0.0.1:7070";

export default defineConfig({
  plugins: [react()],
  html: { cspNonce: "__CSP_NONCE__" },
  server: { host: "127.0.0.1", port: 5173, proxy: { "/api": { target: api } } },
  build: {
    target: "es2022",
    sourcemap: false,
    assetsInlineLimit: 0,
    manifest: true,
    chunkSizeWarningLimit: 1200,
  },
  test: { include: ["test/**/*.test.ts"], environment: "node" },
});
