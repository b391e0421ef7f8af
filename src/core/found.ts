/** By address: default exports of modules that are loaded already, wherever their code lies. */
const held = new Map<string, unknown>();

/** The default export of a module that is found by its folder, or undefined if it has none. */
export const found = async (module: URL): Promise<unknown> =>
  held.has(module.href) ? held.get(module.href) : (await import(module.href)).default;

/** For what bundles the code (`scripts/bundle.ts`): a module that lies in a file with others is not looked for in one of its own. */
export const hold = (module: URL, exported: unknown): void => void held.set(module.href, exported);
