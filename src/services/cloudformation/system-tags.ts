/**
 * Types whose resources take a stack's tags but none of CloudFormation's own (`aws:cloudformation:stack-name`, …): so it was recorded
 * of users and roles, and their schemas say so (`cloudFormationSystemTags: false`), as those of IAM's providers do. Of other types
 * whose schemas say it (tables, keys) nothing is recorded: accounts have shown such tags on them.
 */
const WITHOUT: ReadonlySet<string> = new Set([
  "AWS::IAM::OIDCProvider",
  "AWS::IAM::Role",
  "AWS::IAM::SAMLProvider",
  "AWS::IAM::ServerCertificate",
  "AWS::IAM::User",
]);

/** CloudFormation's own tags of a resource. */
export function systemTags(
  resource: { readonly type: string; readonly logicalId: string },
  stack: { readonly name: string; readonly id: string },
): Readonly<Record<string, string>> {
  if (WITHOUT.has(resource.type)) return {};
  return {
    "aws:cloudformation:stack-name": stack.name,
    "aws:cloudformation:stack-id": stack.id,
    "aws:cloudformation:logical-id": resource.logicalId,
  };
}
