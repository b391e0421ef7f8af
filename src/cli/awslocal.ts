import { spawn } from "node:child_process";

/** `awslocal …` is `aws …` against Squall: the endpoint, any credentials and a region, unless they are set. */

const { env } = process;
const port = env["EDGE_PORT"] || "4566";
const host = env["LOCALSTACK_HOST"] || `127.0.0.1:${port}`;
const endpoint = env["AWS_ENDPOINT_URL"] || `http://${host.includes(":") ? host : `${host}:${port}`}`;
const paths = readPathMap(env["SQUALL_PATH_MAP"]);

const child = spawn("aws", ["--endpoint-url", endpoint, ...process.argv.slice(2).map(mapPath)], {
  stdio: "inherit",
  env: {
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_DEFAULT_REGION: env["AWS_REGION"] || env["DEFAULT_REGION"] || "us-east-1",
    AWS_PAGER: "",
    ...env,
  },
});
child.on("error", (error: NodeJS.ErrnoException) => {
  console.error(
    error.code === "ENOENT"
      ? "awslocal: the AWS CLI (aws) is not on the PATH. Install it: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"
      : `awslocal: ${error.message}`,
  );
  process.exitCode = 127;
});
child.on("exit", (code, signal) => {
  process.exitCode = code ?? (signal ? 1 : 0);
});

/** Paths of a container that lie elsewhere here: `/etc/localstack/init=/home/me/init`, several separated by newlines. */
function readPathMap(text: string | undefined): [string, string][] {
  return (text ?? "")
    .split("\n")
    .filter((line) => line.includes("="))
    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]);
}

/** `file://` and `fileb://` arguments below a mapped path. */
function mapPath(argument: string): string {
  return argument.replace(/(fileb?:\/\/)(\/[^\s,]*)/g, (whole, scheme: string, path: string) => {
    const found = paths.find(([from]) => path === from || path.startsWith(`${from}/`));
    return found ? scheme + found[1] + path.slice(found[0].length) : whole;
  });
}
