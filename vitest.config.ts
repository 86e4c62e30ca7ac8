/** Tests run on the TypeScript sources, with the wasm of the last build. */

import { defineConfig } from "vitest/config";

const conditions = ["sconce-source", "node", "import", "module", "default"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["tests/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
