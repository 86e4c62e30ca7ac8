// Where the page's runtime comes from.

export const defaultWasm = (): Promise<Response> => fetch("/sconce.wasm");
export const readSource = (source: string | URL): Promise<Response> => fetch(source);
