/** `npm run bench -- script` or `npm run bench -- DIR`: scripted loops beside TorchScript, or models beside onnxruntime-web. */

await import(process.argv[2] === "script" ? "./script.ts" : "./main.ts");

export {};
