import { mkdirSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { ZipFile } from "yazl";

const VARIANTS = ["planted", "mended"];
const FUNCTIONS = ["api", "shipper", "biller"];
const here = fileURLToPath(new URL(".", import.meta.url));

/** Each function with its libraries as `build/<variant>/<name>.zip`, and in Python as `python/<name>.zip`, ready for CreateFunction. */
export async function buildFunctions(folder: string = `${here}build`): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  for (const variant of VARIANTS) {
    mkdirSync(`${folder}/${variant}/python`, { recursive: true });
    for (const name of FUNCTIONS) {
      await writeFile(`${folder}/${variant}/${name}.zip`, await bundled(variant, name));
      const source = await readFile(`${here}${variant}/python/${name}.py`);
      await writeFile(`${folder}/${variant}/python/${name}.zip`, await zipOf(`${name}.py`, source));
    }
  }
}

async function bundled(variant: string, name: string): Promise<Buffer> {
  const bundle = await rolldown({
    input: `${here}${variant}/${name}.ts`,
    platform: "node",
    logLevel: "warn",
  });
  const { output } = await bundle.generate({ format: "esm", minify: true, codeSplitting: false });
  await bundle.close();
  return await zipOf(`${name}.mjs`, Buffer.from(output[0].code));
}

async function zipOf(file: string, content: Buffer): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(content, file);
  zip.end();
  return await buffer(zip.outputStream);
}

if (import.meta.main) await buildFunctions();
