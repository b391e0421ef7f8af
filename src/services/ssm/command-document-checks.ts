import type { DocumentContent } from "./document-content.ts";
import { invalidDocumentContent } from "./errors.ts";
import { checkParameter } from "./runbook-checks.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html */
const PLUGINS = new Set([
  "aws:applications",
  "aws:cloudWatch",
  "aws:configureDocker",
  "aws:configurePackage",
  "aws:domainJoin",
  "aws:downloadContent",
  "aws:psModule",
  "aws:refreshAssociation",
  "aws:runDockerAction",
  "aws:runDocument",
  "aws:runPowerShellScript",
  "aws:runShellScript",
  "aws:softwareInventory",
  "aws:updateAgent",
  "aws:updateSsmAgent",
]);

/**
 * What a Command document must be before it is kept. AWS holds it against a JSON schema, in these words
 * (https://github.com/aws/aws-cli/issues/8253); what it says of a plugin that there is not is inferred.
 * @throws AwsError `InvalidDocumentContent`
 */
export function checkCommandDocument(content: DocumentContent): void {
  const { schemaVersion, mainSteps, runtimeConfig, parameters = {} } = content;
  const needed = String(schemaVersion) === "1.2" ? "runtimeConfig" : "mainSteps";
  if (content[needed] === undefined) throw missing(needed, "/");
  for (const [name, declared] of Object.entries(parameters)) checkParameter(name, declared);
  if (needed === "runtimeConfig") {
    for (const action of Object.keys(runtimeConfig ?? {})) checkPlugin(action);
    return;
  }
  if (!Array.isArray(mainSteps) || mainSteps.length === 0)
    throw invalidDocumentContent("The document has no steps: mainSteps must have at least one.");
  for (const [at, step] of mainSteps.entries()) {
    const lacks = ["action", "name"].find((member) => !Object.hasOwn(Object(step), member));
    if (lacks !== undefined) throw missing(lacks, `/mainSteps/${at}`);
    checkPlugin(step.action);
  }
}

function checkPlugin(action: string): void {
  if (!PLUGINS.has(action)) throw invalidDocumentContent(`The plugin ${action} is not supported.`);
}

const missing = (member: string, node: string) =>
  invalidDocumentContent(
    `[message: "object has missing required properties ([\\"${member}\\"])" - parent node: ${node}]`,
  );
