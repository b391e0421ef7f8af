import { sure } from "../core/sure.ts";

/**
 * Works on all items, several at once, until it is over.
 * @returns what came of those that were worked on, in their order
 */
export async function inParallel<T, R>(
  items: readonly T[],
  workers: number,
  isOver: () => boolean,
  work: (item: T) => Promise<R | undefined>,
): Promise<R[]> {
  const results: (R | undefined)[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length && !isOver()) {
      const at = next++;
      results[at] = await work(sure(items[at]));
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, workers) }, worker));
  return results.filter((result) => result !== undefined);
}
