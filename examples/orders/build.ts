import { mkdirSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { ZipFile } from "yazl";

const VARIANTS = ["planted", "mended"];
const FUNCTIONS = ["api", "shipper", "biller"];
const here = fileURLToPath(new URL(".", import.meta.url));

/** Bundles each function with its libraries into `build/<variant>/<name>.zip`, ready for CreateFunction. */
export async function buildFunctions(folder: string = `${here}build`): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  for (const variant of VARIANTS) {
    mkdirSync(`${folder}/${variant}`, { recursive: true });
    for (const name of FUNCTIONS)
      await writeFile(`${folder}/${variant}/${name}.zip`, await zipOf(variant, name));
  }
}

async function zipOf(variant: string, name: string): Promise<Buffer> {
  const bundle = await rolldown({
    input: `${here}${variant}/${name}.ts`,
    platform: "node",
    logLevel: "warn",
  });
  const { output } = await bundle.generate({ format: "esm", minify: true, codeSplitting: false });
  await bundle.close();
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(output[0].code), `${name}.mjs`);
  zip.end();
  return await buffer(zip.outputStream);
}

if (import.meta.main) await buildFunctions();
