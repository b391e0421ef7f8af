import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { whyNot } from "../core/why-not.ts";
import type { ExecPlugin, KubernetesContext } from "./kubeconfig.ts";

/** How a request says who asks. */
export interface Credential {
  readonly authorization?: string;
  /** PEM, for TLS. */
  readonly certificate?: string;
  readonly key?: string;
}

const run = promisify(execFile);
const PATIENCE_MS = 30_000;
/** A plugin is asked again a moment before what it gave ends. */
const MARGIN_MS = 60_000;

/** The credentials of a context's user, which plugins are asked for once as long as they hold. */
export class Credentials {
  readonly #context: KubernetesContext;
  #given: { readonly credential: Credential; readonly untilMs: number } | undefined;

  constructor(context: KubernetesContext) {
    this.#context = context;
  }

  /** @throws Error for a user whose credentials cannot be had */
  async current(): Promise<Credential> {
    const { user, name } = this.#context;
    if (user.authProvider !== undefined)
      throw new Error(
        `The user of the context ${name} has the auth-provider ${user.authProvider}, which Kubernetes 1.26 has dropped: use an exec plugin, a token or a certificate.`,
      );
    if (user.exec) return this.#ofPlugin(user.exec);
    const token = user.tokenFile === undefined ? user.token : tokenIn(user.tokenFile);
    const authorization =
      token !== undefined
        ? `Bearer ${token}`
        : user.username !== undefined
          ? `Basic ${Buffer.from(`${user.username}:${user.password ?? ""}`).toString("base64")}`
          : undefined;
    return {
      ...(authorization !== undefined && { authorization }),
      ...(user.certificate !== undefined && { certificate: user.certificate }),
      ...(user.key !== undefined && { key: user.key }),
    };
  }

  async #ofPlugin(plugin: ExecPlugin): Promise<Credential> {
    if (this.#given !== undefined && Date.now() < this.#given.untilMs - MARGIN_MS)
      return this.#given.credential;
    const { token, clientCertificateData, clientKeyData, expirationTimestamp } = await statusOf(plugin);
    const credential = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(clientCertificateData !== undefined && { certificate: clientCertificateData }),
      ...(clientKeyData !== undefined && { key: clientKeyData }),
    };
    const untilMs =
      expirationTimestamp === undefined ? Number.POSITIVE_INFINITY : Date.parse(expirationTimestamp);
    this.#given = { credential, untilMs };
    return credential;
  }
}

/** `status` of an ExecCredential: https://kubernetes.io/docs/reference/config-api/client-authentication.v1/ */
interface ExecStatus {
  readonly token?: string;
  readonly clientCertificateData?: string;
  readonly clientKeyData?: string;
  readonly expirationTimestamp?: string;
}

async function statusOf({ command, args, env, apiVersion }: ExecPlugin): Promise<ExecStatus> {
  const asked = JSON.stringify({ apiVersion, kind: "ExecCredential", spec: { interactive: false } });
  try {
    const { stdout } = await run(command, [...args], {
      env: { ...process.env, ...env, KUBERNETES_EXEC_INFO: asked },
      timeout: PATIENCE_MS,
    });
    const { status } = JSON.parse(stdout) as { readonly status?: ExecStatus };
    if (status?.token === undefined && status?.clientCertificateData === undefined)
      throw new Error("it gave neither a token nor a certificate");
    return status;
  } catch (error) {
    throw new Error(`The credential plugin ${command} failed: ${whyNot(error)}`);
  }
}

function tokenIn(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new Error(`The token file ${file} cannot be read: ${whyNot(error)}`);
  }
}
