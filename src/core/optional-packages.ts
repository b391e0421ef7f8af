/**
 * Imports packages that only some need, one after the other: they are no part of Squall's own installation.
 * @param purpose what they are for: `Traces need OpenTelemetry's SDK`
 * @param names of packages, or of parts of them
 * @throws Error that says what to install
 */
export async function optionalPackages(purpose: string, names: readonly string[]): Promise<unknown[]> {
  const modules: unknown[] = [];
  try {
    for (const name of names) modules.push(await import(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new Error(`${purpose}: npm install ${[...new Set(names.map(packageOf))].join(" ")}`);
  }
  return modules;
}

/** `@scope/name` of `@scope/name/part.js` */
const packageOf = (name: string): string => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name;
