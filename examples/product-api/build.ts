import { mkdirSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { ZipFile } from "yazl";

/** Bundles each function with its libraries into `build/<name>.zip`, ready for CreateFunction. */
const FUNCTIONS = ["api", "queue"];
const here = fileURLToPath(new URL(".", import.meta.url));

export async function buildFunctions(folder: string = `${here}build`): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of FUNCTIONS) await writeFile(`${folder}/${name}.zip`, await zipOf(name));
}

async function zipOf(name: string): Promise<Buffer> {
  const bundle = await rolldown({ input: `${here}src/${name}.ts`, platform: "node", logLevel: "warn" });
  const { output } = await bundle.generate({ format: "esm", minify: true, codeSplitting: false });
  await bundle.close();
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(output[0].code), `${name}.mjs`);
  zip.end();
  return await buffer(zip.outputStream);
}

if (import.meta.main) await buildFunctions();
