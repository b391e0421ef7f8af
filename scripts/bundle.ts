import { globSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { type Plugin, rolldown } from "rolldown";

/*
 * What a start needs lies in five files of `dist` instead of in 300: each module that Node loads costs it half a millisecond and ten
 * kilobytes. What is found by its path (a service, an effect, a command, a worker's script) keeps its own file at the place that it has
 * in the source.
 */

/** Found by their folder, or started by their name. */
const FOUND = [
  "index.ts",
  "testing.ts",
  "cli/{main,awslocal}.ts",
  "cli/commands/*.ts",
  "services/*/{index,declaration}.ts",
  "services/fis/actions/*.ts",
  "services/cloudformation/types/*.ts",
  "faults/effects/*.ts",
  "**/*-{worker,process}.ts",
  // Tasks of `limited`: each hands its own file to the other process.
  "core/whole-match.ts",
  "services/apigateway/openapi/yaml.ts",
  "services/apigateway/vtl/render.ts",
  "services/apigateway/plane/body-schema.ts",
  "services/cloudformation/template/yaml.ts",
  "services/stepfunctions/language/jsonata.ts",
];

/** Loaded at every start, whatever is asked afterwards. */
const AT_START = ["index.ts", "services/*/declaration.ts", "faults/effects/*.ts"];

/**
 * Files of which each needs those before it only. In one they would take 4 MB more of memory: glibc keeps of what it gets back as much as
 * twice the largest piece that it ever had, and that would be this file's text.
 */
const LAYERS: readonly (readonly [name: string, folders: RegExp])[] = [
  ["core", /^(core|models)\//],
  ["ground", /^(aws|protocols|processes|faults)\//],
  ["services-1", /^services\/[a-e]/],
  ["services-2", /^services\//],
  ["start", /^/],
];

/** Writes the JavaScript of `source` to `dist`. */
export async function bundle(source: string, dist: string): Promise<void> {
  const files = (patterns: readonly string[]) =>
    globSync([...patterns], { cwd: source, exclude: ["**/*.{test,fixture}.ts"] });
  const atStart = new Set<string>();
  const bundling = await rolldown({
    input: Object.fromEntries(files(FOUND).map((file) => [file.slice(0, -".ts".length), join(source, file)])),
    platform: "node",
    // Packages stay packages: with their own licences, and loaded when they are needed.
    external: (id) => !id.startsWith(".") && !id.startsWith(sep),
    preserveEntrySignatures: "strict",
    treeshake: false,
    logLevel: "warn",
    plugins: [
      ownUrls(source),
      oneByteEach,
      {
        name: "what a start needs",
        buildEnd() {
          const add = (id: string): void => {
            if (atStart.has(id)) return;
            atStart.add(id);
            for (const imported of this.getModuleInfo(id)?.importedIds ?? []) add(imported);
          };
          for (const file of files(AT_START)) add(join(source, file));
        },
      },
    ],
  });
  await bundling.write({
    dir: dist,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
    comments: false,
    codeSplitting: {
      groups: LAYERS.map(([name, folders], at) => ({
        name,
        priority: LAYERS.length - at,
        test: (id) => atStart.has(id) && folders.test(relative(source, id).replaceAll(sep, "/")),
      })),
    },
  });
  await bundling.close();
}

/** Every module keeps the `import.meta.url` that it has without bundling, whichever file its code comes to lie in. */
function ownUrls(source: string): Plugin {
  return {
    name: "own URLs",
    transform(code, id) {
      if (!code.includes("import.meta.url")) return null;
      const place = relative(source, id).replaceAll(sep, "/").replace(/\.ts$/, ".js");
      return code.replaceAll("import.meta.url", `new URL(${JSON.stringify(place)}, $dist).href`);
    },
    renderChunk(code, { fileName }) {
      if (!code.includes("$dist")) return null;
      const up = relative(dirname(fileName), ".").replaceAll(sep, "/") || ".";
      return `const $dist = new URL("${up}/", import.meta.url);\n${code}`;
    },
  };
}

/**
 * A single character beyond Latin-1 makes V8 keep two bytes for each of a file. Last of all: what prints the code once more after
 * `renderChunk` writes the characters themselves again.
 */
const oneByteEach: Plugin = {
  name: "one byte a character",
  generateBundle(_options, files) {
    for (const file of Object.values(files)) if (file.type === "chunk") file.code = escaped(file.code);
  },
};

const escaped = (code: string): string =>
  code.replace(/[^\0-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
