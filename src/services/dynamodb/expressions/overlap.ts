import type { Path } from "./placeholders.ts";
import { describePath, type Problems } from "./problems.ts";

/** Two paths of one expression must not lead to the same place, nor one into the other. */
export function checkOverlap(paths: readonly Path[], problems: Problems): void {
  for (const [at, later] of paths.entries()) {
    for (const earlier of paths.slice(0, at)) comparePaths(earlier, later, problems);
  }
}

function comparePaths(one: Path, two: Path, problems: Problems): void {
  const rewrite = () =>
    `must remove or rewrite one of these paths; path one: ${describePath(one)}, path two: ${describePath(two)}`;
  for (let level = 0; level < one.length && level < two.length; level++) {
    if (typeof one[level] !== typeof two[level]) {
      problems.add("conflict", `Two document paths conflict with each other; ${rewrite()}`);
      return;
    }
    if (one[level] !== two[level]) return;
  }
  problems.add("overlap", `Two document paths overlap with each other; ${rewrite()}`);
}
