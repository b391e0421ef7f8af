// From `dir/file.export` to a function: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
import { existsSync } from "node:fs";
import { createRequire, registerHooks } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { runtimeError } from "./errors.mjs";

const EXTENSIONS = ["", ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"];

/** The handler's function, or an error as Lambda names it: `Runtime.ImportModuleError`, `Runtime.HandlerNotFound` … */
export async function loadHandler(taskRoot, handlerName) {
  resolveFromFurtherFolders();
  const file = basename(handlerName);
  const dot = file.indexOf(".");
  if (dot <= 0 || handlerName.includes("..")) {
    throw runtimeError(
      "MalformedHandlerName",
      dot <= 0
        ? "Bad handler"
        : `'${handlerName}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const moduleName = join(dirname(handlerName), file.slice(0, dot));
  const exportPath = file.slice(dot + 1).split(".");
  const module = await importModule(taskRoot, moduleName);
  const handler = follow(module, exportPath) ?? follow(module.default, exportPath);
  if (handler === undefined) {
    throw runtimeError("HandlerNotFound", `${file} is undefined or not exported`);
  }
  if (typeof handler !== "function") throw runtimeError("HandlerNotFound", `${file} is not a function`);
  return handler;
}

function follow(object, path) {
  return path.reduce((value, name) => value?.[name], object);
}

async function importModule(taskRoot, moduleName) {
  const path = findModule(taskRoot, moduleName);
  if (!path) {
    const error = runtimeError(
      "ImportModuleError",
      `Error: Cannot find module '${moduleName}'\nRequire stack:\n- ${taskRoot}`,
    );
    throw error;
  }
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw runtimeErrorFrom("UserCodeSyntaxError", error);
    if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND") {
      throw runtimeErrorFrom("ImportModuleError", error);
    }
    throw error;
  }
}

function findModule(taskRoot, moduleName) {
  for (const extension of EXTENSIONS) {
    const path = resolve(taskRoot, moduleName + extension);
    if (extension === "" ? /\.(m|c)?(j|t)s$/.test(path) && existsSync(path) : existsSync(path)) return path;
  }
  try {
    return createRequire(join(taskRoot, "index.js")).resolve(
      moduleName.startsWith(".") ? moduleName : `./${moduleName}`,
    );
  } catch {
    // A handler can lie in a layer, too.
  }
  try {
    return createRequire(join(taskRoot, "index.js")).resolve(moduleName);
  } catch {
    return undefined;
  }
}

function runtimeErrorFrom(name, error) {
  const wrapped = runtimeError(
    name,
    `${error.name === "SyntaxError" ? "SyntaxError" : "Error"}: ${error.message}`,
  );
  wrapped.stack = `Runtime.${name}: ${wrapped.message}\n${String(error.stack).split("\n").slice(1).join("\n")}`;
  return wrapped;
}

/**
 * Packages of layers, and the AWS SDK that Lambda's own images carry, are found by `import` as well as by `require`:
 * what a module cannot find beside itself is looked for in the folders of NODE_PATH.
 */
function resolveFromFurtherFolders() {
  const folders = (process.env.NODE_PATH ?? "").split(":").filter(Boolean);
  if (folders.length === 0) return;
  const anchors = folders.map((folder) => pathToFileURL(join(dirname(folder), "index.js")).href);
  registerHooks({
    resolve(specifier, context, nextResolve) {
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        if (/^[./#]|^[a-z]+:/i.test(specifier)) throw error;
        for (const anchor of anchors) {
          try {
            return nextResolve(specifier, { ...context, parentURL: anchor });
          } catch {
            // The next folder may have it.
          }
        }
        throw error;
      }
    },
  });
}
