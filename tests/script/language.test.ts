/** The language suite: every program does the same eagerly and as a script, however the script was made. */

import { testPrograms } from "./harness.ts";
import * as arithmetic from "./programs/arithmetic.ts";
import * as control from "./programs/control.ts";

const at = (name: string): URL => new URL(`./programs/${name}.ts`, import.meta.url);

testPrograms("arithmetic", at("arithmetic"), arithmetic);
testPrograms("control", at("control"), control);
