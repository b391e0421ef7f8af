type Input = Readonly<Record<string, unknown>>;

/** What operations are called that IAM knows by another name. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
const ACTIONS: Readonly<Record<string, string>> = {
  ListBuckets: "ListAllMyBuckets",
  HeadBucket: "ListBucket",
  ListObjects: "ListBucket",
  ListObjectsV2: "ListBucket",
  ListObjectVersions: "ListBucketVersions",
  ListMultipartUploads: "ListBucketMultipartUploads",
  GetBucketNotificationConfiguration: "GetBucketNotification",
  PutBucketNotificationConfiguration: "PutBucketNotification",
  GetBucketLifecycle: "GetLifecycleConfiguration",
  PutBucketLifecycle: "PutLifecycleConfiguration",
  GetBucketLifecycleConfiguration: "GetLifecycleConfiguration",
  PutBucketLifecycleConfiguration: "PutLifecycleConfiguration",
  DeleteBucketLifecycle: "PutLifecycleConfiguration",
  GetBucketEncryption: "GetEncryptionConfiguration",
  PutBucketEncryption: "PutEncryptionConfiguration",
  DeleteBucketEncryption: "PutEncryptionConfiguration",
  GetBucketReplication: "GetReplicationConfiguration",
  PutBucketReplication: "PutReplicationConfiguration",
  DeleteBucketReplication: "PutReplicationConfiguration",
  GetBucketCors: "GetBucketCORS",
  PutBucketCors: "PutBucketCORS",
  DeleteBucketCors: "PutBucketCORS",
  DeleteBucketTagging: "PutBucketTagging",
  GetPublicAccessBlock: "GetBucketPublicAccessBlock",
  PutPublicAccessBlock: "PutBucketPublicAccessBlock",
  DeletePublicAccessBlock: "PutBucketPublicAccessBlock",
  DeleteBucketOwnershipControls: "PutBucketOwnershipControls",
  GetBucketAccelerateConfiguration: "GetAccelerateConfiguration",
  PutBucketAccelerateConfiguration: "PutAccelerateConfiguration",
  GetObjectLockConfiguration: "GetBucketObjectLockConfiguration",
  PutObjectLockConfiguration: "PutBucketObjectLockConfiguration",
  CreateBucketMetadataConfiguration: "CreateBucketMetadataTableConfiguration",
  GetBucketMetadataConfiguration: "GetBucketMetadataTableConfiguration",
  DeleteBucketMetadataConfiguration: "DeleteBucketMetadataTableConfiguration",
  HeadObject: "GetObject",
  CopyObject: "PutObject",
  DeleteObjects: "DeleteObject",
  CreateMultipartUpload: "PutObject",
  UploadPart: "PutObject",
  UploadPartCopy: "PutObject",
  CompleteMultipartUpload: "PutObject",
  ListParts: "ListMultipartUploadParts",
  SelectObjectContent: "GetObject",
};

/** What each of a bucket's numbered configurations is called: `ListBucketMetricsConfigurations` → `GetMetricsConfiguration`. */
const NUMBERED =
  /^(Get|List|Put|Delete)Bucket((?:Analytics|IntelligentTiering|Inventory|Metrics)Configuration)s?$/;

/** The action that lets anybody do an operation: `HeadObject` → `s3:GetObject`. */
export function actionOf(operation: string): string {
  if (Object.hasOwn(ACTIONS, operation)) return `s3:${ACTIONS[operation]}`;
  const [, verb, configuration] = NUMBERED.exec(operation) ?? [];
  if (verb === undefined) return `s3:${operation}`;
  return `s3:${verb === "Get" || verb === "List" ? "Get" : "Put"}${configuration}`;
}

/** Actions on an object that are others on a version that is named: `s3:GetObject` → `s3:GetObjectVersion`. */
const OF_VERSIONS: Readonly<Record<string, string>> = {
  "s3:GetObject": "s3:GetObjectVersion",
  "s3:GetObjectAcl": "s3:GetObjectVersionAcl",
  "s3:GetObjectAttributes": "s3:GetObjectVersionAttributes",
  "s3:GetObjectTagging": "s3:GetObjectVersionTagging",
  "s3:GetObjectTorrent": "s3:GetObjectVersionTorrent",
  "s3:DeleteObject": "s3:DeleteObjectVersion",
  "s3:DeleteObjectTagging": "s3:DeleteObjectVersionTagging",
  "s3:PutObjectAcl": "s3:PutObjectVersionAcl",
  "s3:PutObjectTagging": "s3:PutObjectVersionTagging",
};

const ACL_MEMBERS = ["ACL", "GrantFullControl", "GrantRead", "GrantReadACP", "GrantWrite", "GrantWriteACP"];
/** Operations that make an object, and may say more of it than its content. */
const MAKES_OBJECT: ReadonlySet<string> = new Set(["PutObject", "CopyObject", "CreateMultipartUpload"]);

/** All actions that an operation with this input is, on what it is on. */
export function actionsOf(operation: string, input: Input): string[] {
  const has = (member: string) => input[member] !== undefined;
  const versioned = (action: string) => (has("VersionId") ? (OF_VERSIONS[action] ?? action) : action);
  const actions = [versioned(actionOf(operation))];
  if (operation === "GetObjectAttributes") actions.unshift(versioned("s3:GetObject"));
  if (MAKES_OBJECT.has(operation)) {
    if (has("Tagging") && input["Tagging"] !== "") actions.push("s3:PutObjectTagging");
    if (ACL_MEMBERS.some(has)) actions.push("s3:PutObjectAcl");
    if (has("ObjectLockMode") || has("ObjectLockRetainUntilDate")) actions.push("s3:PutObjectRetention");
    if (has("ObjectLockLegalHoldStatus")) actions.push("s3:PutObjectLegalHold");
  }
  if (operation === "CreateBucket") {
    if (ACL_MEMBERS.some(has)) actions.push("s3:PutBucketAcl");
    if (has("ObjectOwnership")) actions.push("s3:PutBucketOwnershipControls");
    if (input["ObjectLockEnabledForBucket"] === true)
      actions.push("s3:PutBucketObjectLockConfiguration", "s3:PutBucketVersioning");
  }
  if (input["BypassGovernanceRetention"] === true) actions.push("s3:BypassGovernanceRetention");
  return actions;
}
