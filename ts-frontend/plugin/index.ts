/**
 * `sconce/plugin`: keeps what a build takes away. In every module that imports `sconce/torch`, functions and classes
 * get their TypeScript text, their place and their free variables registered, so that `jit.script` compiles them with
 * their types. The code itself is left as it is.
 *
 *     // vite.config.ts
 *     import sconce from "sconce/plugin";
 *     export default { plugins: [sconce.vite()] };
 */

import type { UnpluginFactory, UnpluginInstance } from "unplugin";
import { loadParser, missingPackage } from "../script/source/oxc.ts";
import { moduleRegistrations, PACKAGE } from "../script/source/transform.ts";

export interface PluginOptions {
  /** Modules that are registered though they do not import `sconce/torch`, by path. */
  readonly include?: RegExp | readonly RegExp[];
  /** Modules that are not. `node_modules` never are, unless `include` names them. */
  readonly exclude?: RegExp | readonly RegExp[];
  /** Other names under which the project imports `sconce/torch`. */
  readonly packages?: readonly string[];
  /** What file names in models are relative to: by default the root of Vite, or the working directory. */
  readonly root?: string;
}

async function optional<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw missingPackage(name, error);
  }
}

const { createUnplugin } = await optional("unplugin", () => import("unplugin"));
const { default: MagicString } = await optional("magic-string", () => import("magic-string"));

const CODE = /\.[cm]?[jt]sx?$/;

function matches(patterns: RegExp | readonly RegExp[] | undefined, path: string): boolean {
  if (patterns === undefined) return false;
  return (patterns instanceof RegExp ? [patterns] : patterns).some((pattern) => path.search(pattern) >= 0);
}

const factory: UnpluginFactory<PluginOptions | undefined> = (options = {}) => {
  const packages = [PACKAGE, ...(options.packages ?? [])];
  let root = options.root ?? process.cwd();
  return {
    name: "sconce",
    enforce: "pre",
    vite: {
      configResolved(config: { root: string }) {
        root = options.root ?? config.root;
      },
    },
    transform: {
      filter: { id: /\.[cm]?[jt]sx?(?:\?|$)/ },
      async handler(code, id) {
        const file = id.replace(/[?#].*$/, "");
        if (file.startsWith("\0") || !CODE.test(file) || matches(options.exclude, file)) return undefined;
        const always = matches(options.include, file);
        if (!always && (/[\\/]node_modules[\\/]/.test(file) || !packages.some((name) => code.includes(name))))
          return undefined;
        const parse = await loadParser();
        const seen = (path: string) => this.addWatchFile(path);
        const insertions = moduleRegistrations(parse(file, code), { parse, root, always, packages, seen });
        if (insertions.length === 0) return undefined;
        const result = new MagicString(code);
        for (const { at, text } of insertions) result.appendLeft(at, text);
        return {
          code: result.toString(),
          map: result.generateMap({ source: id, includeContent: true, hires: "boundary" }),
        };
      },
    },
  };
};

const plugin: UnpluginInstance<PluginOptions | undefined> = createUnplugin(factory);

export const vite: UnpluginInstance<PluginOptions | undefined>["vite"] = plugin.vite;
export const rollup: UnpluginInstance<PluginOptions | undefined>["rollup"] = plugin.rollup;
export const webpack: UnpluginInstance<PluginOptions | undefined>["webpack"] = plugin.webpack;
export const esbuild: UnpluginInstance<PluginOptions | undefined>["esbuild"] = plugin.esbuild;

export default { vite, rollup, webpack, esbuild };
