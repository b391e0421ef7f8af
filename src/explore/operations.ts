/** What an operation is, as far as its name tells: exploration treats services alike that it has never heard of. */

const READS =
  /^(?:Get|List|Describe|Query|Scan|Search|Lookup|Head|Select|BatchGet|TransactGet|Receive|Test|Validate|Estimate|Decode|Simulate|Poll|Filter|Decrypt|GenerateDataKey|Verify|Peek)/;

/** Operations whose names say that they deal with resources themselves, but that work with what is in them. */
const DATA =
  /^(?:DeleteItem|UpdateItem|DeleteMessage|DeleteMessageBatch|DeleteObject|DeleteObjects|CreateMultipartUpload|CreateLogStream|CreateSession|UpdateShardCount)$/;

/** What makes, changes and describes resources: the set-up and the tear-down of a test. */
const CONTROL =
  /^(?:Create|Delete|Update|Describe|List|Tag|Untag|Add|Remove|Attach|Detach|Set\w*Attributes|Subscribe|Unsubscribe|Register|Deregister|Enable|Disable|Modify|Import|Associate|Disassociate|GetQueueUrl|GetQueueAttributes|GetTopicAttributes|GetFunction|GetPolicy|GetRole|GetUser|GetCallerIdentity|GetBucket|PutBucket|PutFunction|PutRolePolicy|PutMetricAlarm|PutRule|PutTargets|PutRestApi|PutMethod|PutIntegration|PutGatewayResponse|PutResourcePolicy|PutRetentionPolicy|PutSubscriptionFilter|HeadBucket|PurgeQueue|PublishVersion|PublishLayerVersion|Head\b)/;

/** What a resource is set up with, of whatever service. */
const SETTINGS =
  /^Put\w*(?:Polic(?:y|ies)|Config|Configuration|Settings?|Alarm|Filter|Rule|Targets|Parameter|Response|Method|Integration|Api|Action|Selectors|Channel|Dashboard|Block|Permission|Providers|Destination|Detector|SecretValue|Encryption|Versioning|Tagging)$/;

/** What makes a resource, or belongs to making one. */
const MAKES =
  /^(?:Create|Register|Subscribe|AddPermission|Attach|Enable|Import|Publish(?:Version|LayerVersion)|Put|Tag|Set\w*Attributes)/;

/** After these what was in a resource is gone. */
const FORGETS = /^(?:DeleteTable|DeleteQueue|PurgeQueue|DeleteStream|DeleteBucket|DeleteStack|DeleteTopic)$/;

/** Services that only look on: what happens to them is nobody's business result. */
const OBSERVING = new Set([
  "logs",
  "cloudwatch",
  "monitoring",
  "xray",
  "sts",
  "cloudtrail",
  "resourcegroupstaggingapi",
]);

/** Members that make a call safe to repeat. */
const TOKENS =
  /^(?:client(?:Request)?Token|ClientRequestToken|MessageDeduplicationId|idempotencyToken|CallerReference)$/i;

export const isRead = (operation: string): boolean => READS.test(operation);
export const isControl = (operation: string): boolean =>
  (CONTROL.test(operation) || SETTINGS.test(operation)) && !DATA.test(operation);
/** Does it make what others work with? What a scheduler is told is an application's own business. */
export const makesResource = (service: string, operation: string): boolean =>
  isControl(operation) && MAKES.test(operation) && service !== "scheduler";
export const forgetsContents = (operation: string): boolean => FORGETS.test(operation);
export const isObserving = (service: string): boolean => OBSERVING.has(service);

/** May a call be made twice without anybody noticing, by what it says of itself? */
export function hasToken(input: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(input).some((member) => TOKENS.test(member));
}
