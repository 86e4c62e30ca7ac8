/** Prints the digest in a host with a file system: Node, Deno, Bun. Argument: the folder of the models. */

import { readFile } from "node:fs/promises";
import * as sconce from "../../dist/loader/index.js";
import * as convert from "../../dist/ts-frontend/convert/index.js";
import { digest } from "./digest.js";

const [dir] = process.argv.slice(2);
console.log(await digest(sconce, convert, (name) => readFile(`${dir}/${name}`)));
