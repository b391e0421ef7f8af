import { readFileSync } from "node:fs";
import { delimiter, dirname, resolve } from "node:path";
import { parse } from "yaml";
import { whyNot } from "../core/why-not.ts";

/** Who asks, as a kubeconfig says it. */
export interface KubernetesUser {
  readonly token?: string;
  /** Read at each request: such tokens are changed. */
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  /** PEM. */
  readonly certificate?: string;
  readonly key?: string;
  readonly exec?: ExecPlugin;
  /** A provider that clients have dropped (`gcp`, `oidc`): named where it is refused. */
  readonly authProvider?: string;
}

/** A program that gives credentials: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins */
export interface ExecPlugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A cluster and who asks it: a context of a kubeconfig. */
export interface KubernetesContext {
  readonly name: string;
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  /** PEM; absent where the machine's own authorities vouch for it. */
  readonly authority?: string;
  readonly acceptsAnyCertificate: boolean;
  readonly serverName?: string;
  readonly user: KubernetesUser;
}

/**
 * The contexts of kubeconfigs, in their order. Of several of one name the first counts, as for kubectl.
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 * @param paths as in KUBECONFIG: files with the system's delimiter between them; those that are not there are passed over
 * @throws Error for a file that cannot be read or is no kubeconfig, or where none is there
 */
export function contextsOf(paths: string): KubernetesContext[] {
  const files = paths.split(delimiter).filter((path) => path !== "");
  const read = files.flatMap((file) => fileOf(file) ?? []);
  if (read.length === 0) throw new Error(`There is no kubeconfig ${files.join(", ")}.`);
  const merged = (list: string, member: string) => {
    const all = new Map<string, Entry>();
    for (const file of read)
      for (const one of arrayOf(file.content[list])) {
        const name = textOf(objectOf(one)["name"]) ?? "";
        if (!all.has(name)) all.set(name, { file, value: objectOf(objectOf(one)[member]) });
      }
    return all;
  };
  const clusters = merged("clusters", "cluster");
  const users = merged("users", "user");
  return [...merged("contexts", "context")].flatMap(([name, { value }]) => {
    const cluster = clusters.get(textOf(value["cluster"]) ?? "");
    const server = textOf(cluster?.value["server"]);
    if (cluster === undefined || server === undefined) return [];
    const authority = pemOf(cluster, "certificate-authority");
    const serverName = textOf(cluster.value["tls-server-name"]);
    return {
      name,
      server,
      ...(authority !== undefined && { authority }),
      acceptsAnyCertificate: cluster.value["insecure-skip-tls-verify"] === true,
      ...(serverName !== undefined && { serverName }),
      user: userOf(users.get(textOf(value["user"]) ?? "")),
    };
  });
}

interface KubeconfigFile {
  readonly path: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** An entry of a list, and the file that its relative paths are of. */
interface Entry {
  readonly file: KubeconfigFile;
  readonly value: Readonly<Record<string, unknown>>;
}

function fileOf(path: string): KubeconfigFile | undefined {
  try {
    return { path, content: objectOf(parse(readFileSync(path, "utf8"))) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(`The kubeconfig ${path} cannot be read: ${whyNot(error)}`);
  }
}

function userOf(entry: Entry | undefined): KubernetesUser {
  if (entry === undefined) return {};
  const { value } = entry;
  const certificate = pemOf(entry, "client-certificate");
  const key = pemOf(entry, "client-key");
  const tokenFile = textOf(value["tokenFile"]);
  const authProvider = textOf(objectOf(value["auth-provider"])["name"]);
  const command = textOf(objectOf(value["exec"])["command"]);
  return {
    ...textsOf(value, ["token", "username", "password"]),
    ...(tokenFile !== undefined && { tokenFile: resolve(dirname(entry.file.path), tokenFile) }),
    ...(certificate !== undefined && { certificate }),
    ...(key !== undefined && { key }),
    ...(command !== undefined && { exec: pluginOf(command, objectOf(value["exec"]), entry.file) }),
    ...(authProvider !== undefined && { authProvider }),
  };
}

function pluginOf(
  command: string,
  exec: Readonly<Record<string, unknown>>,
  { path }: KubeconfigFile,
): ExecPlugin {
  const env = arrayOf(exec["env"]).map((one) => {
    const { name, value } = objectOf(one);
    return [textOf(name) ?? "", textOf(value) ?? ""] as const;
  });
  return {
    apiVersion: textOf(exec["apiVersion"]) ?? "client.authentication.k8s.io/v1",
    // One with a path in it is beside the kubeconfig; any other is on the PATH.
    command: command.includes("/") ? resolve(dirname(path), command) : command,
    args: arrayOf(exec["args"]).map(String),
    env: Object.fromEntries(env),
  };
}

/** `<name>-data` is it, in base64; `<name>` is a file of it. The first counts. */
function pemOf({ file, value }: Entry, name: string): string | undefined {
  const inline = textOf(value[`${name}-data`]);
  if (inline !== undefined) return Buffer.from(inline, "base64").toString();
  const path = textOf(value[name]);
  if (path === undefined) return undefined;
  const whole = resolve(dirname(file.path), path);
  try {
    return readFileSync(whole, "utf8");
  } catch (error) {
    throw new Error(`${whole}, which the kubeconfig ${file.path} names, cannot be read: ${whyNot(error)}`);
  }
}

const textsOf = <N extends string>(value: Readonly<Record<string, unknown>>, names: readonly N[]) =>
  Object.fromEntries(
    names.flatMap((name) => {
      const text = textOf(value[name]);
      return text === undefined ? [] : [[name, text]];
    }),
  ) as { [Name in N]?: string };
const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
const arrayOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
