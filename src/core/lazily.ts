import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);

/** A package, or a part of Node, that not everybody uses: loaded when it is first asked for, so that a start does not pay for it. */
export function lazily<M>(name: string): () => M {
  let loaded: M | undefined;
  return () => (loaded ??= require(fileOf(name)) as M);
}

/** Some packages are there for `import` only: they are found as it finds them. */
const fileOf = (name: string) => (name.startsWith("node:") ? name : fileURLToPath(import.meta.resolve(name)));
