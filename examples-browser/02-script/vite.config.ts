/** The plugin keeps the types of what the page scripts; without it they are gone once the page is built. */

import sconce from "sconce/plugin";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [sconce.vite()],
  // The page waits for the runtime at its top level.
  build: { target: "esnext" },
});
