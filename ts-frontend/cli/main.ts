#!/usr/bin/env node
/** The `sconce` command: convert, script, run, inspect, graph, code, bench. Exit codes: 0 done, 1 refused, 2 wrong use. */

import { createRequire } from "node:module";
import { Command, InvalidArgumentError, Option } from "commander";
import { bench } from "./bench.ts";
import { convert } from "./convert.ts";
import { inspect } from "./inspect.ts";
import { code, graph } from "./print.ts";
import { run } from "./run.ts";
import { script } from "./script.ts";

const { version } = createRequire(import.meta.url)("sconce/package.json") as { version: string };

function count(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError("a whole number from 1 is wanted");
  return n;
}

function commaList(text: string): string[] {
  return text.split(",").filter((name) => name !== "");
}

function append(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

const program = new Command("sconce")
  .description("Make, run and look at .sconce models.")
  .version(version)
  .showHelpAfterError()
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : 2);
  });

program
  .command("convert")
  .description("make a .sconce file from what torch.jit.save wrote; needs no Python")
  .argument("<model.pt>", "a TorchScript archive")
  .option("-o, --output <file.sconce>", "where to write it; by default beside the archive")
  .option("--no-optimize", "keep the module tree, parameters and training flag as they are in PyTorch")
  .addOption(
    new Option("--dtype <dtype>", "how float32 matrices and kernels are stored; computed with in float32")
      .choices(["float32", "float16", "bfloat16"])
      .default("float32"),
  )
  .option("--strict", "refuse a model that names an operator Sconce has not, even where no call reaches it")
  .option("--preserve <names>", "attributes to keep, by dotted name, separated by commas", commaList)
  .option("--check <inputs.npy...>", "run the result on these inputs, optimized and not, and compare")
  .option("--verbose", "also list what each pass did")
  .option("--json", "print the report as JSON")
  .addHelpText(
    "after",
    `
Operators that Sconce has not are listed first, with the lines of the original Python that use them.
Exit codes: 0 converted, 1 refused or --check failed, 2 wrong use.

Examples:
  $ sconce convert model.pt -o model.sconce
  $ sconce convert model.pt -o small.sconce --dtype float16 --check input.npy`,
  )
  .action(convert);

program
  .command("script")
  .description("compile a function or module of a TypeScript file, with its types and control flow")
  .argument("<model.ts[:export]>", "the file, and which export: the default one if none is named")
  .option("-o, --output <file.sconce>", "where to write it; by default beside the source")
  .option("--signature <text>", "types of the parameters and the result, where the source has none")
  .option("--eval", "put a module into evaluation mode before")
  .option("--json", "print what was made as JSON")
  .addHelpText(
    "after",
    `
The export is a function, a module, a class of modules (made without arguments), or what jit.script gave.
With () behind its name a function is called first: it makes the module. Needs the package oxc-parser.

Examples:
  $ sconce script model.ts -o model.sconce
  $ sconce script model.ts:Decoder --eval
  $ sconce script model.ts:make() -o model.sconce`,
  )
  .action(script);

program
  .command("run")
  .description("run a method on arrays from .npy files")
  .argument("<model>", "a .sconce or .pt file, or its address")
  .option("-i, --input <file.npy>", "an input, in order; repeat it for more", append)
  .option("-o, --output <file.npy>", "where to write an output, in order; repeat it for more", append)
  .option("-m, --method <name>", "the method to run", "forward")
  .option("--json", "print outputs as JSON")
  .addHelpText("after", "\nExample:\n  $ sconce run digits.sconce --input images.npy --output logits.npy")
  .action(run);

program
  .command("inspect")
  .description("show inputs, outputs, operators, sizes and hashes of a file")
  .argument("<model>", "a .sconce or .pt file, or its address")
  .option("--json", "print everything as JSON")
  .option("--weights", "list every parameter and buffer with its SHA-256")
  .action(inspect);

program
  .command("graph")
  .description("print a method's graph in PyTorch's notation")
  .argument("<model>", "a .sconce or .pt file, or its address")
  .option("-m, --method <name>", "the method", "forward")
  .option("--inlined", "replace every call by what is called")
  .action(graph);

program
  .command("code")
  .description("print a method as TypeScript")
  .argument("<model>", "a .sconce or .pt file, or its address")
  .option("-m, --method <name>", "the method", "forward")
  .option("-p, --program", "print the whole program: a module that `tsc` accepts")
  .action(code);

program
  .command("bench")
  .description("time a method on inputs from .npy files")
  .argument("<model>", "a .sconce or .pt file, or its address")
  .option("-i, --input <file.npy>", "an input, in order; repeat it for more", append)
  .option("-m, --method <name>", "the method", "forward")
  .option("-n, --runs <count>", "timed runs", count, 50)
  .option("--warmup <count>", "runs before the timing starts", count, 5)
  .option("--json", "print figures as JSON")
  .action(bench);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof Error)) throw error;
  console.error(`${error.name === "Error" ? "error" : error.name}: ${error.message}`);
  process.exitCode = 1;
}
