import { fileURLToPath } from "node:url";

/** A package, or a part of Node, that not everybody uses: loaded when it is first asked for, so that a start does not pay for it. */
export function lazily<M>(name: string): () => M {
  let loaded: M | undefined;
  return () => (loaded ??= (process.getBuiltinModule(name) ?? packageOf(name)) as M);
}

/** Some packages are there for `import` only: they are found as it finds them. */
function packageOf(name: string): unknown {
  const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);
  return require(fileURLToPath(import.meta.resolve(name)));
}
