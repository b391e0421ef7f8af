import { globSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { type Plugin, rolldown } from "rolldown";

/*
 * What a start needs lies in one file of `dist` instead of in 300: each module that Node loads costs it half a millisecond and ten
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

/** Found by their folder at every start, whatever is asked afterwards: `index.js` has them all. */
const FOUND_AT_START = ["services/*/declaration.ts", "faults/effects/*.ts"];

const START = ["index.ts", ...FOUND_AT_START];

/**
 * Files that hold what these modules need (of those folders), as far as it lies in none of the files before: what other processes and most
 * commands have in common with a start; the start; what its command needs beside it; what every command needs; that command.
 */
const TOGETHER: readonly (readonly [name: string, modules: readonly string[], folders?: RegExp])[] = [
  ["version", ["version.ts"]],
  ["core", START, /^(core|models)\//],
  ["start", START],
  ["beside-start", ["cli/commands/start.ts"], /^(?!cli\/)/],
  ["command", ["cli/program.ts"], /^cli\//],
  ["command-start", ["cli/commands/start.ts"], /^cli\//],
];

/** Writes the JavaScript of `source` to `dist`. */
export async function bundle(source: string, dist: string): Promise<void> {
  const files = (patterns: readonly string[]) =>
    globSync([...patterns], { cwd: source, exclude: ["**/*.{test,fixture}.ts"] });
  const together = TOGETHER.map(([name, modules, folders = /^/]) => ({
    name,
    folders,
    modules: files(modules),
    all: new Set<string>(),
  }));
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
      foundBefore(source, files(FOUND_AT_START)),
      printed,
      {
        name: "what lies together",
        buildEnd() {
          const add = (all: Set<string>, id: string): void => {
            if (all.has(id)) return;
            all.add(id);
            for (const imported of this.getModuleInfo(id)?.importedIds ?? []) add(all, imported);
          };
          for (const { modules, all } of together) for (const file of modules) add(all, join(source, file));
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
      groups: together.map(({ name, folders, all }, at) => ({
        name,
        priority: together.length - at,
        test: (id) => all.has(id) && folders.test(relative(source, id).replaceAll(sep, "/")),
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

/** Whoever has `index.js` has these modules, too, and finds them without their own files. */
function foundBefore(source: string, files: readonly string[]): Plugin {
  const all = join(source, "found-before.ts");
  const one = (file: string, at: number) => `
    import exported${at} from ${JSON.stringify(join(source, file))};
    hold($dist.href + ${JSON.stringify(file.replace(/\.ts$/, ".js"))}, exported${at});`;
  return {
    name: "found before",
    resolveId: (id) => (id === all ? id : null),
    load: (id) =>
      id === all
        ? `import { hold } from ${JSON.stringify(join(source, "core/found.ts"))};${files.map(one).join("")}`
        : null,
    transform: (code, id) =>
      id === join(source, "index.ts") ? `import ${JSON.stringify(all)};\n${code}` : null,
  };
}

/** Last of all: what prints the code once more after `renderChunk` writes the characters themselves again. */
const printed: Plugin = {
  name: "printed",
  generateBundle(_options, files) {
    for (const file of Object.values(files))
      if (file.type === "chunk") file.code = oneByteEach(partsOfNode(file.code));
  },
};

/** A single character beyond Latin-1 makes V8 keep two bytes for each of a file. */
const oneByteEach = (code: string): string =>
  code.replace(/[^\0-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

/**
 * An `import` of a part of Node reads all that the part has, and so loads what is there for few: `node:tls` all certificates of
 * authorities, `node:util` the parsing of arguments, `node:fs` its promises.
 */
const partsOfNode = (code: string): string =>
  code.replace(
    /^import (?:\{ (.+) \}|(?:\* as )?(\w+)) from ("node:[\w/]+");$/gm,
    (_, names: string | undefined, all: string | undefined, part: string) =>
      `const ${all ?? `{ ${names?.replaceAll(" as ", ": ")} }`} = process.getBuiltinModule(${part});`,
  );
