// Entries: the page of the receipt checker, the checker alone, range proofs, ballots and the wallet's core, which the tests run in node; the page of the wallet. Names without hashes: Django serves them.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  publicDir: false,
  build: {
    outDir: here("../src/mingtang/site/static/built"),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    sourcemap: false,
    rollupOptions: {
      input: { verify: here("src/verify/page.ts"), receipt: here("src/verify/receipt.ts"), ranges: here("src/ranges/prove.ts"), ballot: here("src/booth/ballot.ts"),
        wallet: here("src/wallet/page.ts"), "wallet-core": here("src/wallet/core.ts") },
      preserveEntrySignatures: "strict",
      output: { entryFileNames: "[name].js", chunkFileNames: "[name].js", assetFileNames: "[name][extname]" },
    },
  },
});
