// The C ABI of the runtime: what a host calls. assembly/README.md describes it with the memory map.

import { heapInit } from "./core/heap";

heapInit();

export * from "./abi/call";
export * from "./abi/memory";
export * from "./abi/program";
export * from "./abi/random";
export * from "./abi/values";
