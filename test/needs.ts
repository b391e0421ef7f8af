import { spawnSync } from "node:child_process";

/*
 * What a test needs beyond Node.js, npm, git and the core utilities. On a machine that lacks it the test is skipped by
 * name, and `left-out.ts` lists at the end what to install; with `CI` set everything must be there.
 */

interface Tool {
  /** A command that succeeds where the tool is: a name on the PATH may be a shim that only says that it is not there. */
  readonly probe: readonly [command: string, ...args: string[]];
  readonly install: string;
  /** CI's machine does not have it either. */
  readonly optional?: boolean;
}

export const TOOLS = {
  aws: { probe: ["aws", "--version"], install: "python3 -m pip install awscli" },
  // Not where boto3 finds it by itself: it would sign by it, for every test.
  awscrt: {
    probe: ["python3", "-c", "import sys; sys.path.append('/opt/awscrt'); import awscrt.s3"],
    install: "python3 -m pip install --target /opt/awscrt awscrt",
  },
  boto3: { probe: ["python3", "-c", "import boto3"], install: "python3 -m pip install boto3" },
  // With what scripts use beside it.
  bash: {
    probe: ["bash", "-c", "command -v grep && command -v sed && command -v nohup"],
    install: "apt-get install bash grep sed coreutils",
  },
  // It is of use only where the kernel lets its user make namespaces.
  bwrap: {
    probe: ["bwrap", "--unshare-user", "--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc", "true"],
    install: "apt-get install bubblewrap",
  },
  chromium: { probe: ["chromium", "--version"], install: "apt-get install chromium" },
  // The library stands in the same folder, and is linked to from there.
  cdk: {
    probe: ["sh", "-c", 'test -d "$(dirname "$(readlink -f "$(command -v cdk)")")/../../aws-cdk-lib"'],
    install:
      "npm install --prefix /opt/cdk aws-cdk@2.1148.1 aws-cdk-lib@2.276.0 constructs@10.8.1, and /opt/cdk/node_modules/.bin/cdk on the PATH",
  },
  curl: { probe: ["curl", "--version"], install: "apt-get install curl" },
  docker: { probe: ["docker", "info"], install: "https://docs.docker.com/engine/install", optional: true },
  fish: { probe: ["fish", "--version"], install: "apt-get install fish", optional: true },
  grep: { probe: ["grep", "--version"], install: "apt-get install grep" },
  cargo: { probe: ["cargo", "--version"], install: "https://rustup.rs" },
  go: { probe: ["go", "version"], install: "https://go.dev/dl" },
  helm: {
    probe: ["helm", "version", "--short"],
    install: "GOBIN=/usr/local/bin go install helm.sh/helm/v3/cmd/helm@v3.22.0",
    optional: true,
  },
  javac: { probe: ["javac", "-version"], install: "apt-get install openjdk-17-jdk-headless" },
  // Built in three minutes: too long for each run of CI, and the strict stand-in (kube-apiserver.ts) is always there.
  "kube-apiserver": {
    probe: ["sh", "-c", "kube-apiserver --version && etcd --version"],
    install: "test/kubernetes/build-apiserver.sh, and apt-get install etcd-server",
    optional: true,
  },
  "kubernetes-validate": {
    probe: ["kubernetes-validate", "--version"],
    install: "python3 -m pip install kubernetes-validate==1.37.0",
  },
  mariadb: {
    probe: ["sh", "-c", "command -v mariadb && PATH=$PATH:/usr/sbin command -v mariadbd"],
    install: "apt-get install mariadb-server",
    optional: true,
  },
  ministack: {
    probe: ["sh", "-c", "command -v ministack"],
    install:
      "python3 -m venv /opt/ministack && /opt/ministack/bin/pip install ministack==1.5.33, and ministack on the PATH",
  },
  moto: {
    probe: ["python3", "-c", "import moto.server, flask"],
    install: "python3 -m pip install 'moto[server]'",
  },
  // A test's clients have a resolver of their own then: only root may, and CI's machine need not be one's own.
  "mount-namespace": { probe: ["unshare", "-m", "true"], install: "run it as root", optional: true },
  "nats-server": { probe: ["nats-server", "--version"], install: "apt-get install nats-server" },
  npm: { probe: ["npm", "--version"], install: "https://nodejs.org" },
  mvn: { probe: ["mvn", "-v"], install: "apt-get install maven" },
  postgres: {
    probe: ["sh", "-c", "command -v psql && { command -v initdb || ls /usr/lib/postgresql/*/bin/initdb; }"],
    install: "apt-get install postgresql",
    optional: true,
  },
  jest: {
    probe: ["sh", "-c", 'test -f "$(readlink -f "$(command -v jest)")"'],
    install: "npm install --prefix /opt/jest jest@30.5.2, and /opt/jest/node_modules/.bin/jest on the PATH",
  },
  pytest: { probe: ["python3", "-m", "pytest", "--version"], install: "python3 -m pip install pytest" },
  // It fetches the pinned botocore: scripts/botocore.ts.
  pip: { probe: ["python3", "-m", "pip", "--version"], install: "apt-get install python3-pip" },
  python3: { probe: ["python3", "--version"], install: "apt-get install python3 python3-pip" },
  aws2: { probe: ["/usr/bin/aws", "--version"], install: "apt-get install awscli" },
  // They have a boto of their own, of another time than boto3's: in a folder of its own, by PYTHONPATH.
  "s3-data": {
    probe: ["python3", "-c", "import s3fs, pandas, pyarrow.dataset"],
    install: "python3 -m pip install --target FOLDER s3fs pandas pyarrow, and PYTHONPATH",
    optional: true,
  },
  s5cmd: {
    probe: ["s5cmd", "version"],
    install: "go build of github.com/peak/s5cmd/v2@v2.3.0, and s5cmd on the PATH",
    optional: true,
  },
  rclone: { probe: ["rclone", "version"], install: "apt-get install rclone" },
  "ruby-aws": {
    probe: ["ruby", "-e", "require %q(aws-sdk-s3); require %q(aws-sdk-cloudformation)"],
    install: "apt-get install ruby-aws-sdk-s3 ruby-aws-sdk-cloudformation",
  },
  ruby: { probe: ["ruby", "--version"], install: "apt-get install ruby" },
  "powertools-python": {
    probe: ["python3", "-c", "import aws_lambda_powertools"],
    install: "python3 -m pip install aws-lambda-powertools",
    optional: true,
  },
  "xray-python": {
    probe: ["python3", "-c", "import aws_xray_sdk"],
    install: "python3 -m pip install aws-xray-sdk",
  },
  "encryption-sdk-python": {
    probe: ["python3", "-c", "import aws_encryption_sdk"],
    install: "python3 -m pip install aws-encryption-sdk",
    optional: true,
  },
  // Node finds them by NODE_PATH: they would be many packages for one test.
  "powertools-node": {
    probe: ["node", "-e", "require('@aws-lambda-powertools/parameters/ssm')"],
    install: "npm install @aws-lambda-powertools/parameters, and NODE_PATH",
    optional: true,
  },
  "encryption-sdk-node": {
    probe: ["node", "-e", "require('@aws-crypto/client-node')"],
    install: "npm install @aws-crypto/client-node, and NODE_PATH",
    optional: true,
  },
  "lib-storage": {
    probe: ["node", "-e", "require('@aws-sdk/lib-storage')"],
    install: "npm install @aws-sdk/lib-storage @aws-sdk/client-s3, and NODE_PATH",
    optional: true,
  },
  "rds-data-node": {
    probe: ["node", "-e", "require('@aws-sdk/client-rds-data')"],
    install: "npm install @aws-sdk/client-rds-data, and NODE_PATH",
    optional: true,
  },
  sam: {
    probe: ["sam", "--version"],
    install:
      "python3 -m venv /opt/sam && /opt/sam/bin/pip install aws-sam-cli==1.170.0, and /opt/sam/bin on the PATH",
  },
  "sam-translator": {
    probe: ["python3", "-c", "import samtranslator; assert samtranslator.__version__ == '1.115.0'"],
    install: "python3 -m pip install aws-sam-translator==1.115.0",
  },
  serverless: {
    probe: ["sh", "-c", 'test -f "$(readlink -f "$(command -v serverless)")"'],
    install:
      "npm install --prefix /opt/serverless serverless@3.40.0, and /opt/serverless/node_modules/.bin/serverless on the PATH",
  },
  setsid: { probe: ["setsid", "--version"], install: "apt-get install util-linux" },
  "systemd-analyze": { probe: ["systemd-analyze", "--version"], install: "apt-get install systemd" },
  // Its AWS provider is half a gigabyte, and comes from Terraform's registry or a mirror of it.
  terraform: {
    probe: ["sh", "-c", "test -d /opt/tf-plugins/registry.terraform.io/hashicorp/aws && terraform version"],
    install:
      "https://developer.hashicorp.com/terraform/install, and terraform providers mirror /opt/tf-plugins",
    optional: true,
  },
  valkey: {
    probe: ["sh", "-c", "command -v valkey-server || command -v redis-server"],
    install: "apt-get install redis-server (or valkey-server)",
    optional: true,
  },
  unzip: { probe: ["unzip", "-v"], install: "apt-get install unzip" },
  // It has no flag that succeeds.
  wrk: { probe: ["sh", "-c", "command -v wrk"], install: "apt-get install wrk" },
  zsh: { probe: ["zsh", "--version"], install: "apt-get install zsh", optional: true },
} satisfies Readonly<Record<string, Tool>>;

export type ToolName = keyof typeof TOOLS;

/** The words of a skipped test begin with this; the names of what is missing follow, with commas. */
export const SKIPPED = "needs ";

const found = new Map<ToolName, boolean>();

/**
 * Options of a test or suite that uses these tools: `test("…", needs("aws"), async () => { … })`.
 * Throws where something is missing and `CI` is set.
 */
export function needs(...names: readonly ToolName[]): { readonly skip: string | false } {
  const missing = names.filter((name) => !isThere(name));
  if (missing.length === 0) return { skip: false };
  const required = missing.filter((name) => !(TOOLS[name] as Tool).optional);
  if (process.env["CI"] && required.length > 0) {
    const ways = required.map((name) => `${name} (${TOOLS[name].install})`);
    throw new Error(`CI leaves no test out, and this one needs ${ways.join(", ")}`);
  }
  return { skip: `${SKIPPED}${missing.join(", ")}` };
}

/** Is a tool on this machine? It is looked for once a process. */
export function isThere(name: ToolName): boolean {
  let there = found.get(name);
  if (there === undefined) {
    const [command, ...args] = TOOLS[name].probe;
    there = spawnSync(command, args, { stdio: "ignore", timeout: 60_000 }).status === 0;
    found.set(name, there);
  }
  return there;
}
