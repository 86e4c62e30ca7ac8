/** What a host module (`#host`) works with. */

/** Bytes in memory that is not shared. */
export type Bytes = Uint8Array<ArrayBuffer>;
