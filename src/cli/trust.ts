import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { makeFolder } from "../core/make-folder.ts";
import { CliError } from "./cli-error.ts";

/** What clients are told to trust: files in the forms that they read. */
export interface TrustFiles {
  /** The local authority alone, in PEM. */
  readonly authority: string;
  /** It, and those that this machine trusts anyway: for clients that are given all that they trust. */
  readonly bundle: string;
}

/** What this machine trusts, where there is such a file. */
const SYSTEM_BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];
/** Java's stores want one, and everybody has this one. */
export const STORE_PASSWORD = "changeit";
const ALIAS = "squall";

/** Writes the files into a folder. */
export function writeTrust(folder: string, authority: string): TrustFiles {
  makeFolder(folder, 0o700);
  const files = { authority: join(folder, "trusted.pem"), bundle: join(folder, "bundle.pem") };
  const system = SYSTEM_BUNDLES.find((file) => existsSync(file));
  const others = system === undefined ? rootCertificates.join("\n") : readFileSync(system, "utf8");
  writeFileSync(files.authority, `${authority}\n`);
  writeFileSync(files.bundle, `${others.trimEnd()}\n${authority}\n`);
  return files;
}

/**
 * A trust store for Java: its own, and the local authority.
 * @throws CliError where there is no Java to make it with
 */
export function writeJavaStore(folder: string, authorityFile: string): string {
  const store = join(folder, "trusted.p12");
  rmSync(store, { force: true });
  const own = javaStore();
  const target = ["-keystore", store, "-storetype", "PKCS12", "-storepass", STORE_PASSWORD, "-noprompt"];
  if (own !== undefined) {
    const from = ["-srckeystore", own, "-srcstorepass", STORE_PASSWORD];
    const to = [
      "-destkeystore",
      store,
      "-deststoretype",
      "PKCS12",
      "-deststorepass",
      STORE_PASSWORD,
      "-noprompt",
    ];
    keytool("-importkeystore", ...from, ...to);
  }
  keytool("-importcert", "-alias", ALIAS, "-file", authorityFile, ...target);
  return store;
}

/** Where Java keeps what it trusts. */
function javaStore(): string | undefined {
  const asked = spawnSync("java", ["-XshowSettings:properties", "-version"], { encoding: "utf8" });
  const home = process.env["JAVA_HOME"] ?? /java\.home = (.+)/.exec(asked.stderr ?? "")?.[1]?.trim();
  const file = home === undefined ? undefined : join(home, "lib", "security", "cacerts");
  return file !== undefined && existsSync(file) ? file : undefined;
}

function keytool(...args: readonly string[]): void {
  const { error, status, stdout } = spawnSync("keytool", args, { encoding: "utf8" });
  if (error) throw new CliError("A trust store for Java needs Java's keytool on the PATH.");
  if (status !== 0) throw new CliError(`keytool could not make the trust store: ${stdout.trim()}`);
}
