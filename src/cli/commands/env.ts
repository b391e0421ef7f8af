import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { deafCli } from "../aws-cli-v1.ts";
import { CliError } from "../cli-error.ts";
import { SquallClient } from "../client.ts";
import { formatVariables, type Variables } from "../env-format.ts";
import { STORE_PASSWORD, writeJavaStore, writeTrust } from "../trust.ts";

interface EnvFlags {
  readonly shell?: string;
  readonly format?: string;
  readonly proxy?: boolean;
  readonly java?: boolean;
  readonly dir?: string;
  readonly url?: string;
}

/** What is never asked of a proxy. */
const NOT_BY_PROXY = "localhost,127.0.0.1,::1";

export default function addEnv(program: Command): void {
  program
    .command("env")
    .description('Print the variables with which AWS clients reach a running squall: eval "$(squall env)".')
    .option("--shell <bash|zsh|fish|powershell|dotenv|json>", "who reads them (default: bash)")
    .option("--format <name>", "the same")
    .option("--proxy", "by an HTTPS proxy, for programs that cannot set an endpoint (squall start --https)")
    .option("--java", "with --proxy: make a trust store for Java, too, and JAVA_TOOL_OPTIONS")
    .option("--dir <folder>", "where the files of what is trusted go (default: ~/.squall/trust)")
    .option("--url <url>", "where squall is (default: SQUALL_URL or http://127.0.0.1:4566)")
    .action(async (flags: EnvFlags) => {
      const alone = flags.proxy ? undefined : flags.java ? "--java" : flags.dir !== undefined && "--dir";
      if (alone) throw new CliError(`${alone} is about what is trusted of a proxy: say --proxy, too.`);
      const squall = new SquallClient(flags.url);
      const variables = flags.proxy ? await byProxy(squall, flags) : await byEndpoint(squall);
      console.log(
        formatVariables({ ...anyKeys(process.env), ...variables }, flags.shell ?? flags.format ?? "bash"),
      );
      // What is printed is read by a shell: a warning goes where its user reads.
      const deaf = flags.proxy ? undefined : deafCli();
      if (deaf !== undefined) console.error(`squall: ${deaf}`);
    });
}

async function byEndpoint(squall: SquallClient): Promise<Variables> {
  await squall.ask("GET", "/_squall/health");
  return { AWS_ENDPOINT_URL: squall.url };
}

async function byProxy(squall: SquallClient, flags: EnvFlags): Promise<Variables> {
  const { authority: pem } = await squall.ask<{ authority: string }>("GET", "/_squall/https");
  const folder = resolve(flags.dir ?? join(homedir(), ".squall", "trust"));
  const { authority, bundle } = writeTrust(folder, pem);
  const proxies = {
    HTTPS_PROXY: squall.url,
    https_proxy: squall.url,
    NO_PROXY: NOT_BY_PROXY,
    no_proxy: NOT_BY_PROXY,
  };
  const trusted = {
    // boto3 and the AWS CLI; requests; curl; OpenSSL, Go and Ruby: what they are given is all that they trust.
    AWS_CA_BUNDLE: bundle,
    REQUESTS_CA_BUNDLE: bundle,
    CURL_CA_BUNDLE: bundle,
    SSL_CERT_FILE: bundle,
    NODE_EXTRA_CA_CERTS: authority,
    NODE_USE_ENV_PROXY: "1",
  };
  return { ...proxies, ...trusted, ...(flags.java && java(squall, writeJavaStore(folder, authority))) };
}

function java({ url }: SquallClient, store: string): Variables {
  const { hostname, port } = new URL(url);
  const properties = {
    "https.proxyHost": hostname,
    "https.proxyPort": port,
    "javax.net.ssl.trustStore": store,
    "javax.net.ssl.trustStorePassword": STORE_PASSWORD,
  };
  const options = Object.entries(properties).map(([name, value]) => `-D${name}=${value}`);
  return { JAVA_TOOL_OPTIONS: options.join(" ") };
}

/** Clients want a key and a region to begin at all; those that are set stay. */
function anyKeys(environment: NodeJS.ProcessEnv): Variables {
  const hasKeys = environment["AWS_ACCESS_KEY_ID"] !== undefined || environment["AWS_PROFILE"] !== undefined;
  // Java reads the one, Python the other.
  const region = environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? "us-east-1";
  return {
    ...(!hasKeys && { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" }),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  };
}
