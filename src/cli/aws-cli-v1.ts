import { spawnSync } from "node:child_process";

/**
 * Commands for which version 1 of the AWS CLI does not heed `AWS_ENDPOINT_URL`, and asks AWS itself: it gives them endpoints of its
 * own (`awscli/customizations/overridesslcommonname.py`), `rds`, `docdb` and `neptune` in us-east-1, `emr` elsewhere, the others in
 * every region. What `--endpoint-url` says it heeds for all.
 */
export const DEAF_COMMANDS: readonly string[] = ["docdb", "emr", "health", "neptune", "rds", "sqs"];

/** Asking a CLI for its version may take a second; one that takes longer is not waited for. */
const PATIENCE_MS = 5000;

/** What to say where the `aws` on the PATH is version 1; undefined where it is not. */
export function deafCli(): string | undefined {
  const { stdout, stderr } = spawnSync("aws", ["--version"], { encoding: "utf8", timeout: PATIENCE_MS });
  const [, version] = /aws-cli\/(1\.[\d.]+)/.exec(`${stdout ?? ""}${stderr ?? ""}`) ?? [];
  if (version === undefined) return undefined;
  return `the AWS CLI on this PATH is ${version}: for ${DEAF_COMMANDS.join(", ")} it does not heed AWS_ENDPOINT_URL and asks AWS itself. Give it --endpoint-url "$AWS_ENDPOINT_URL", use awslocal, or squall env --proxy.`;
}
