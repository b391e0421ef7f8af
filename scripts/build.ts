import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildDashboard } from "../dashboard/build.ts";
import { buildFunctions } from "../examples/product-api/build.ts";
import { bundle } from "./bundle.ts";

/** `npm run build`: `src` becomes `dist`: types file by file, the code bundled, the models' JSON where it was, `dashboard` as the page that it is. */

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");

rmSync(dist, { recursive: true, force: true });
execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
await bundle(join(root, "src"), dist);
cpSync(join(root, "src/models/generated"), join(dist, "models/generated"), {
  recursive: true,
  filter: (path) => !path.endsWith(".ts"),
});
await buildDashboard(join(dist, "dashboard"));
await buildFunctions();
if (existsSync(join(root, "scripts/build-java.ts"))) {
  execFileSync(process.execPath, [join(root, "scripts/build-java.ts")], { cwd: root, stdio: "inherit" });
}
console.log(`Built ${readdirSync(dist, { recursive: true }).length} files into dist/.`);
