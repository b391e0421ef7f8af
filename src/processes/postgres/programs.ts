import { join } from "node:path";
import { reaper } from "../../core/reaper.ts";
import type { DatabasePrograms, Setting } from "../database-server.ts";
import { runTool } from "../server-process.ts";
import { HOW_TO_INSTALL, postgresFolder } from "./installation.ts";
import { PostgresServer } from "./postgres.ts";

/** Settings that are Squall's own: where its servers listen, and how copies follow. */
const OWN = /^(?:listen_addresses|port|bonjour\w*|unix_socket_\w+|hot_standby|primary_\w+|recovery_\w+)$/;
/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Parameters.html */
const MACHINES =
  /(?:_command|_library|_libraries|_file|_filename|_keyfile|_dir|_destdir|_directory|_directories|_provider|^dynamic_library_path)$/;
/** What of these RDS lets its users say: names of extensions and of files, and nothing that leads to another folder. */
const NAMED_ONLY: ReadonlyMap<string, RegExp> = new Map([
  ["shared_preload_libraries", /^[\w-]*(?:\s*,\s*[\w-]+)*$/],
  ["session_preload_libraries", /^[\w-]*(?:\s*,\s*[\w-]+)*$/],
  ["log_filename", /^[\w%.-]+$/],
]);

let known: Promise<ReadonlyMap<string, Setting>> | undefined;

/** This machine's PostgreSQL. */
export const postgres: DatabasePrograms = {
  howToInstall: HOW_TO_INSTALL,
  areInstalled: () => postgresFolder() !== undefined,
  server: (place) => new PostgresServer(place),
  settings() {
    known ??= describe().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  },
  allows: (name) => NAMED_ONLY.get(name) ?? !(OWN.test(name) || MACHINES.test(name)),
  // Those with a dot are an extension's, of which PostgreSQL knows nothing before it has loaded it.
  furtherSettings: /^[a-z_][a-z0-9_]*\.[a-z0-9_.]+$/,
};

async function describe(): Promise<ReadonlyMap<string, Setting>> {
  const folder = postgresFolder();
  if (folder === undefined) return new Map();
  const said = await runTool([join(folder, "postgres"), "--describe-config"], {
    cwd: "/",
    environment: { PATH: process.env["PATH"] ?? "", LC_ALL: "C", ...reaper.environment },
  });
  return new Map(
    said
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [name = "", context, , type, initial, min, max, description] = line.split("\t");
        return [
          name,
          {
            isStatic: context === "postmaster",
            type: type as Setting["type"],
            min: Number(min),
            max: Number(max),
            ...(initial && { initial }),
            ...(description && { description }),
          },
        ];
      }),
  );
}
