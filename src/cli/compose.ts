import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { lazily } from "../core/lazily.ts";
import { upTo } from "../core/text.ts";
import { whyNot } from "../core/why-not.ts";
import { type HookFolder, hookFolders, STAGES } from "../server/compat/init-hooks.ts";
import { CliError } from "./cli-error.ts";

const yaml = lazily<typeof import("yaml")>("yaml");

/** What a compose file says of its LocalStack. */
export interface Compose {
  readonly environment: Readonly<Record<string, string>>;
  /** The host's port for 4566. */
  readonly port?: number;
  /** Path in the container → path here. */
  readonly paths: readonly (readonly [container: string, here: string])[];
  readonly hooks: readonly HookFolder[];
}

interface ComposeService {
  readonly image?: string;
  readonly environment?: readonly string[] | Readonly<Record<string, string | number | boolean | null>>;
  readonly volumes?: readonly (string | { source?: string; target?: string; type?: string })[];
  readonly ports?: readonly (string | number | { target?: number; published?: number | string })[];
}

const INIT = "/etc/localstack/init";

/**
 * Reads a LocalStack compose file, so that it can be run without Docker.
 * @throws CliError when it cannot be read or has no LocalStack in it
 */
export function readCompose(file: string, outer: Readonly<Record<string, string | undefined>>): Compose {
  let services: Record<string, ComposeService | null> | undefined;
  try {
    const text = readFileSync(file, "utf8");
    services = (
      yaml().parse(interpolate(text, outer)) as { services?: Record<string, ComposeService | null> } | null
    )?.services;
  } catch (error) {
    throw new CliError(`${file} cannot be read as a compose file: ${whyNot(error)}`);
  }
  const service = Object.values(services ?? {}).find((candidate) =>
    /(^|\/)localstack(-pro)?(:|\/|$)/.test(candidate?.image ?? ""),
  );
  if (!service) throw new CliError(`${file} has no service with a localstack image.`);
  const folder = dirname(resolve(file));
  const paths = (service.volumes ?? []).flatMap((volume) => pathOf(volume, folder));
  const port = (service.ports ?? []).map(portOf).find((found) => found !== undefined);
  return {
    environment: environmentOf(service.environment, outer),
    ...(port !== undefined && { port }),
    paths,
    hooks: paths.flatMap(([container, here]) => hooksOf(container, here)),
  };
}

/** `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?error}`; `$$` is a dollar. */
function interpolate(text: string, outer: Readonly<Record<string, string | undefined>>): string {
  return text.replace(
    /\$(?:\$|(\w+)|\{(\w+)(?:(:?[-?+])([^}]*))?\})/g,
    (whole, plain?: string, name?: string, how?: string, other?: string) => {
      if (whole === "$$") return "$";
      const value = outer[plain ?? name ?? ""];
      const isThere = how?.startsWith(":") ? Boolean(value) : value !== undefined;
      if (how?.endsWith("+")) return isThere ? (other ?? "") : "";
      if (isThere) return value ?? "";
      // Squall needs no token: a variable that the file insists on (`:?`) may well be one.
      return how?.endsWith("-") ? (other ?? "") : "";
    },
  );
}

function environmentOf(
  given: ComposeService["environment"],
  outer: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const pairs: [string, string | undefined][] = Array.isArray(given)
    ? (given as readonly string[]).map((line) => {
        const at = line.indexOf("=");
        return at < 0 ? [line, outer[line]] : [line.slice(0, at), line.slice(at + 1)];
      })
    : Object.entries(given ?? {}).map(([name, value]) => [
        name,
        value === null ? outer[name] : String(value),
      ]);
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== undefined));
}

function pathOf(volume: NonNullable<ComposeService["volumes"]>[number], folder: string): [string, string][] {
  const [source, target] = typeof volume === "string" ? volume.split(":") : [volume.source, volume.target];
  // A named volume is Docker's own; the socket is of no use without it.
  if (!source || !target || !/^[./~]/.test(source) || source.endsWith("docker.sock")) return [];
  const here = source.startsWith("~") ? source.replace("~", process.env["HOME"] ?? "~") : source;
  return [[target.replace(/\/$/, ""), resolve(folder, here)]];
}

function portOf(port: NonNullable<ComposeService["ports"]>[number]): number | undefined {
  if (typeof port === "object") return port.target === 4566 ? Number(port.published ?? 4566) : undefined;
  const parts = upTo("/", String(port)).split(":");
  return parts.at(-1) === "4566" ? Number(parts.at(-2) ?? 4566) : undefined;
}

function hooksOf(container: string, here: string): HookFolder[] {
  if (container === INIT) return hookFolders(here);
  const stage = STAGES.find((candidate) => container.startsWith(`${INIT}/${candidate.toLowerCase()}.d`));
  return stage ? [{ stage, folder: here }] : [];
}
