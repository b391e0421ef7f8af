/** By address: default exports of modules that are loaded already, wherever their code lies. */
const held = new Map<string, unknown>();

/** The default export of a module that is found by its folder, or undefined if it has none. @param folder ends with a slash */
export async function found(folder: URL, file: string): Promise<unknown> {
  const address = `${folder.href}${file}`;
  return held.has(address) ? held.get(address) : (await import(address)).default;
}

/** For what bundles the code (`scripts/bundle.ts`): a module that lies in a file with others is not looked for in one of its own. */
export const hold = (address: string, exported: unknown): void => void held.set(address, exported);
