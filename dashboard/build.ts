import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));

/** Writes the page that is served at `/_squall/ui` to a folder, each file also as it is sent to who takes it compressed. */
export async function buildDashboard(folder: string): Promise<void> {
  await build({
    root,
    configFile: false,
    base: "/_squall/ui/",
    logLevel: "warn",
    // By the same settings as the type checker.
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: "es2023",
      modulePreload: { polyfill: false },
      // What is inline would need a hole in the page's policy.
      assetsInlineLimit: 0,
    },
  });
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!/\.(?:html|js|css|svg)$/.test(name)) continue;
    const file = join(folder, name);
    const bytes = readFileSync(file);
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
    const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: quality }));
  }
}

/** `node dashboard/build.ts` builds this alone, into `dist/dashboard`. */
if (import.meta.main) await buildDashboard(join(root, "../dist/dashboard"));
