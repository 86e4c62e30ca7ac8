/** `--print-code DIR`: the `.code` of every program that imports, as TypeScript files, checked by `tsc` in one go. */

import { mkdirSync, openAsBlob, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { readProgram } from "../../format/file/read.ts";
import { SconceError } from "../../loader/error.ts";
import { convert } from "../../ts-frontend/convert/index.ts";
import { programCode } from "../../ts-frontend/jit/code/index.ts";
import type { ProgramCase } from "./programs.ts";

/** Writes `DIR/NAME.ts` for every case, and says how many pass the type checker; the exit code is 1 if one does not. */
export async function printCode(cases: readonly ProgramCase[], dir: string, show: number): Promise<void> {
  mkdirSync(dir, { recursive: true });
  const files: string[] = [];
  for (const { name, archive } of cases) {
    try {
      const { bytes } = await convert(await openAsBlob(archive), { optimize: false });
      const file = resolve(join(dir, `${name}.ts`));
      writeFileSync(file, programCode(readProgram(bytes)).code);
      files.push(file);
    } catch (error) {
      if (!(error instanceof SconceError)) throw error;
      console.log(`not imported: ${name}: ${error.message}`);
    }
  }
  const problems = typeErrors(files);
  for (const [file, messages] of [...problems].slice(0, show)) {
    for (const message of messages.slice(0, 3)) console.log(`${basename(file)}:${message}`);
  }
  console.log(
    `print-code: ${files.length - problems.size}/${files.length} programs pass tsc, written to ${dir}`,
  );
  if (problems.size > 0) process.exitCode = 1;
}

/** What `tsc` has to say about each file, strictly: `line: message` by file. */
export function typeErrors(files: readonly string[]): Map<string, string[]> {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const config = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config as {
    compilerOptions: object;
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const program = ts.createProgram(files, {
    ...options,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
    paths: { "sconce/torch": [join(root, "ts-frontend/index.ts")] },
  });
  const wanted = new Set(files);
  const problems = new Map<string, string[]>();
  for (const file of program.getSourceFiles().filter((source) => wanted.has(resolve(source.fileName)))) {
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    if (found.length === 0) continue;
    const messages = found.map((one) => {
      const line = file.getLineAndCharacterOfPosition(one.start ?? 0).line + 1;
      return `${line}: TS${one.code} ${ts.flattenDiagnosticMessageText(one.messageText, " ")}`;
    });
    problems.set(resolve(file.fileName), messages);
  }
  return problems;
}
