/** The language suite: every program does the same eagerly and as a script, however the script was made. */

import { testPrograms } from "./harness.ts";
import * as arithmetic from "./programs/arithmetic.ts";
import * as arrays from "./programs/arrays.ts";
import * as callbacks from "./programs/callbacks.ts";
import * as classes from "./programs/classes.ts";
import * as containers from "./programs/containers.ts";
import * as control from "./programs/control.ts";
import * as corners from "./programs/corners.ts";
import * as corners2 from "./programs/corners2.ts";
import * as functions from "./programs/functions.ts";
import * as strings from "./programs/strings.ts";
import * as tensors from "./programs/tensors.ts";
import * as types from "./programs/types.ts";

const files = {
  arithmetic,
  arrays,
  callbacks,
  classes,
  containers,
  control,
  corners,
  corners2,
  functions,
  strings,
  tensors,
  types,
};

for (const [name, members] of Object.entries(files))
  testPrograms(name, new URL(`./programs/${name}.ts`, import.meta.url), members);
