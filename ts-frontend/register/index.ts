/**
 * `node --import sconce/register model.ts`: runs TypeScript, with its types kept for `jit.script`.
 *
 * Beside another loader such as tsx the types are kept too: what is registered for a function goes before its text.
 */

import { installHooks } from "./install.ts";

await installHooks();
