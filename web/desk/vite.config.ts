/**
 * How the desk is built and served while it is being written.
 *
 * The program embeds `dist/`: hashed files, one index.html, no source maps. `__CSP_NONCE__` in
 * index.html is replaced by the program with a fresh value for each answer, so that the styles antd
 * writes at run time need no `unsafe-inline`.
 */
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const api = process.env.TEND_API ?? "http://127.0.0.1:7070";

/**
 * What locks the page behind a dialogue, and measures its scrollbar, writes styles without the nonce that antd was given: the
 * browser refuses them, and the console fills with it at each dialogue. They take the nonce of the page, as all others do.
 */
function nonceOfLocks(): Plugin {
  const without = "styleNode.nonce = csp?.nonce;";
  const asked = "if (csp?.nonce) {";
  return {
    name: "nonce-of-locks",
    enforce: "pre",
    transform(code, id) {
      if (!id.split("?")[0]!.endsWith("@rc-component/util/es/Dom/dynamicCSS.js")) return null;
      if (!code.includes(without) || !code.includes(asked)) throw new Error("styles are written in another way by now: look whether they take the nonce by themselves");
      const nonce = `(csp?.nonce ?? document.querySelector('meta[property="csp-nonce"]')?.nonce)`;
      return code.replace(asked, `if (${nonce}) {`).replace(without, `styleNode.nonce = ${nonce};`);
    },
  };
}

export default defineConfig({
  plugins: [react(), nonceOfLocks()],
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
