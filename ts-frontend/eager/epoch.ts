/** A count of what may move or change tensors' memory: operator calls and new tensors. Memory views compare it. */

let count = 0;

export function epoch(): number {
  return count;
}

export function nextEpoch(): void {
  count++;
}
