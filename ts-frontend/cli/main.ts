#!/usr/bin/env node
/** The `sconce` command: run, inspect, graph, code, bench. Exit codes: 0 done, 1 refused, 2 wrong use. */

import { createRequire } from "node:module";
import { Command, InvalidArgumentError } from "commander";
import { bench } from "./bench.ts";
import { inspect } from "./inspect.ts";
import { code, graph } from "./print.ts";
import { run } from "./run.ts";

const { version } = createRequire(import.meta.url)("sconce/package.json") as { version: string };

function count(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError("a whole number from 1 is wanted");
  return n;
}

function append(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

const program = new Command("sconce")
  .description("Run and look at .sconce models.")
  .version(version)
  .showHelpAfterError()
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : 2);
  });

program
  .command("run")
  .description("run a method on arrays from .npy files")
  .argument("<model>", "a .sconce file or its address")
  .option("-i, --input <file.npy>", "an input, in order; repeat it for more", append)
  .option("-o, --output <file.npy>", "where to write an output, in order; repeat it for more", append)
  .option("-m, --method <name>", "the method to run", "forward")
  .option("--json", "print outputs as JSON")
  .addHelpText("after", "\nExample:\n  $ sconce run digits.sconce --input images.npy --output logits.npy")
  .action(run);

program
  .command("inspect")
  .description("show inputs, outputs, operators, sizes and hashes of a file")
  .argument("<model>", "a .sconce file or its address")
  .option("--json", "print everything as JSON")
  .option("--weights", "list every parameter and buffer with its SHA-256")
  .action(inspect);

program
  .command("graph")
  .description("print a method's graph in PyTorch's notation")
  .argument("<model>", "a .sconce file or its address")
  .option("-m, --method <name>", "the method", "forward")
  .option("--inlined", "replace every call by what is called")
  .action(graph);

program
  .command("code")
  .description("print a method as TypeScript")
  .argument("<model>", "a .sconce file or its address")
  .option("-m, --method <name>", "the method", "forward")
  .action(code);

program
  .command("bench")
  .description("time a method on inputs from .npy files")
  .argument("<model>", "a .sconce file or its address")
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
