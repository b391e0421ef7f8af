import { AwsError } from "../../core/aws-error.ts";

/** Errors of S3: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, members as they are on the wire. */

const s3Error = (code: string, status: number, message: string, members: Record<string, unknown> = {}) =>
  new AwsError(code, message, { status, members, statusIsFixed: true });

// Buckets

export const noSuchBucket = (BucketName: string) =>
  s3Error("NoSuchBucket", 404, "The specified bucket does not exist", { BucketName });
export const bucketAlreadyExists = (BucketName: string) =>
  s3Error(
    "BucketAlreadyExists",
    409,
    "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
    { BucketName },
  );
export const bucketAlreadyOwnedByYou = (BucketName: string) =>
  s3Error(
    "BucketAlreadyOwnedByYou",
    409,
    "Your previous request to create the named bucket succeeded and you already own it.",
    { BucketName },
  );
export const bucketNotEmpty = (BucketName: string, isVersioned: boolean) =>
  s3Error(
    "BucketNotEmpty",
    409,
    `The bucket you tried to delete is not empty${isVersioned ? ". You must delete all versions in the bucket." : ""}`,
    { BucketName },
  );
export const invalidBucketName = (BucketName: string) =>
  s3Error("InvalidBucketName", 400, "The specified bucket is not valid.", { BucketName });
export const illegalLocationConstraint = (location: string) =>
  s3Error(
    "IllegalLocationConstraintException",
    400,
    `The ${location} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
export const invalidLocationConstraint = (LocationConstraint: string) =>
  s3Error("InvalidLocationConstraint", 400, "The specified location-constraint is not valid", {
    LocationConstraint,
  });
export const permanentRedirect = (Bucket: string, Endpoint: string, region: string) =>
  new AwsError(
    "PermanentRedirect",
    "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.",
    {
      status: 301,
      statusIsFixed: true,
      members: { Endpoint, Bucket },
      headers: { "x-amz-bucket-region": region },
    },
  );
export const noTargetForLogging = (TargetBucket: string) =>
  s3Error("InvalidTargetBucketForLogging", 400, "The target bucket for logging does not exist", {
    TargetBucket,
  });
/** Spelled as AWS spells it. */
export const loggingAcrossRegions = (TargetBucketLocation: string) =>
  s3Error("CrossLocationLoggingProhibitted", 403, "Cross S3 location logging not allowed. ", {
    TargetBucketLocation,
  });
export const invalidBucketOwner = (account: string) =>
  s3Error(
    "InvalidBucketOwnerAWSAccountID",
    400,
    `The value of the expected bucket owner parameter must be an AWS Account ID... [${account}]`,
  );

export const noSuchAccessPoint = (AccessPointName: string) =>
  s3Error("NoSuchAccessPoint", 404, "The specified accesspoint does not exist", { AccessPointName });

// Objects

export const noSuchKey = (Key: string, headers: Record<string, string> = {}) =>
  new AwsError("NoSuchKey", "The specified key does not exist.", {
    status: 404,
    statusIsFixed: true,
    members: { Key },
    headers,
  });
/** As UpdateObjectEncryption names it. */
export const noSuchKeyIn = (bucket: string, key: string) =>
  s3Error("NoSuchKey", 404, "The specified key does not exist.", { Key: `${bucket}/${key}` });
export const noSuchVersion = (Key: string, VersionId: string) =>
  s3Error("NoSuchVersion", 404, "The specified version does not exist.", { Key, VersionId });
export const invalidVersionId = (ArgumentValue: string) =>
  s3Error("InvalidArgument", 400, "Invalid version id specified", {
    ArgumentName: "versionId",
    ArgumentValue,
  });
export const emptyVersionId = () =>
  s3Error("InvalidArgument", 400, "Version id cannot be the empty string", {
    ArgumentName: "versionId",
    ArgumentValue: "",
  });
export const keyTooLong = (Size: number) =>
  s3Error("KeyTooLongError", 400, "Your key is too long", { Size, MaxSizeAllowed: 1024 });
export const isDeleteMarker = (Method: string, versionId: string, headers: Record<string, string> = {}) =>
  new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", {
    status: 405,
    statusIsFixed: true,
    members: { Method, ResourceType: "DeleteMarker" },
    headers: { "x-amz-delete-marker": "true", "x-amz-version-id": versionId, ...headers },
  });
export const invalidStorageClass = (StorageClassRequested: string) =>
  s3Error("InvalidStorageClass", 400, "The storage class you specified is not valid", {
    StorageClassRequested,
  });
export const metadataTooLarge = (Size: number) =>
  s3Error("MetadataTooLarge", 400, "Your metadata headers exceed the maximum allowed metadata size", {
    Size,
    MaxSizeAllowed: 2048,
  });
export const invalidObjectState = (StorageClass: string) =>
  s3Error("InvalidObjectState", 403, "The operation is not valid for the object's storage class", {
    StorageClass,
  });
export const entityTooLarge = (ProposedSize: number, MaxSizeAllowed: number) =>
  s3Error("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size", {
    ProposedSize,
    MaxSizeAllowed,
  });

// Archives

export const notArchived = (StorageClass: string) =>
  s3Error("InvalidObjectState", 403, "Restore is not allowed for the object's current storage class", {
    StorageClass,
  });
export const restoreInProgress = () =>
  s3Error("RestoreAlreadyInProgress", 409, "Object restore is already in progress");
export const restoreTierNotAvailable = () =>
  s3Error("InvalidArgument", 400, "Retrieval option is not supported by this storage class");
/** AWS has closed S3 Select for accounts that had not used it before July 2024. */
export const noSelect = () =>
  s3Error("MethodNotAllowed", 405, "The specified method is not allowed against this resource.");

// Conditions and ranges

export const preconditionFailed = (Condition: string) =>
  s3Error("PreconditionFailed", 412, "At least one of the pre-conditions you specified did not hold", {
    Condition,
  });
export const conditionalRequestConflict = (Condition: string, Key: string) =>
  s3Error(
    "ConditionalRequestConflict",
    409,
    "The conditional request cannot succeed due to a conflicting operation against this resource.",
    { Condition, Key },
  );
export const notModified = (headers: Record<string, string>) =>
  new AwsError("NotModified", "Not Modified", { status: 304, statusIsFixed: true, headers });
/** To whoever has signed nothing: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html */
export const kmsNeedsSignature = () =>
  invalidArgument(
    "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.",
    "Authorization",
    "null",
  );
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html */
export const overlappingNotifications = () =>
  s3Error(
    "InvalidArgument",
    400,
    "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.",
  );
export const malformedTrailer = () =>
  s3Error(
    "MalformedTrailerError",
    400,
    "The request contained trailing data that was not well-formed or did not conform to our published schema.",
  );
export const unknownCondition = (Header: string, additionalMessage: string) =>
  s3Error("NotImplemented", 501, "A header you provided implies functionality that is not implemented", {
    Header,
    additionalMessage,
  });
/** AWS sends no `content-range` with it. */
export const invalidRange = (RangeRequested: string, ActualObjectSize: number) =>
  new AwsError("InvalidRange", "The requested range is not satisfiable", {
    status: 416,
    statusIsFixed: true,
    members: { RangeRequested, ActualObjectSize },
  });
export const invalidPartNumber = (PartNumberRequested: number, ActualPartCount: number) =>
  s3Error("InvalidPartNumber", 416, "The requested partnumber is not satisfiable", {
    PartNumberRequested,
    ActualPartCount,
  });

// Requests

export const invalidRequest = (message: string) => s3Error("InvalidRequest", 400, message);
export const invalidArgument = (
  message: string,
  ArgumentName: string,
  ArgumentValue?: string | number | null,
) =>
  s3Error("InvalidArgument", 400, message, {
    ArgumentName,
    ...(ArgumentValue !== undefined && { ArgumentValue: ArgumentValue ?? "" }),
  });
export const malformedXml = () =>
  s3Error(
    "MalformedXML",
    400,
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
export const malformedAcl = () =>
  s3Error(
    "MalformedACLError",
    400,
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
export const accessDenied = (message = "Access Denied", members: Record<string, unknown> = {}) =>
  s3Error("AccessDenied", 403, message, members);
export const customerKeysBlocked = (caller: string, action: string, resource: string) =>
  accessDenied(
    `User: ${caller} is not authorized to perform: ${action} on resource: "${resource}" because this bucket has blocked upload requests that specify Server Side Encryption with Customer provided keys (SSE-C). Please specify a different server-side encryption type`,
  );
export const anonymousCopy = () => accessDenied("Anonymous users cannot copy objects.  Please authenticate.");
export const missingHeader = (MissingHeaderName: string) =>
  s3Error("MissingSecurityHeader", 400, "Your request was missing a required header", { MissingHeaderName });
export const unexpectedContent = () =>
  s3Error("UnexpectedContent", 400, "This request does not support content");
export const notImplementedHeader = (Header: string) =>
  s3Error("NotImplemented", 501, "A header you provided implies functionality that is not implemented", {
    Header,
  });
export const missingContentLength = () =>
  s3Error("MissingContentLength", 411, "You must provide the Content-Length HTTP header.");
export const notImplemented = (message: string) => s3Error("NotImplemented", 501, message);
export const methodNotAllowed = () =>
  s3Error("MethodNotAllowed", 405, "The specified method is not allowed against this resource.");
export const notAllowedOf = (Method: string, ResourceType: string) =>
  s3Error("MethodNotAllowed", 405, "The specified method is not allowed against this resource.", {
    Method,
    ResourceType,
  });

export const slowDown = () => s3Error("SlowDown", 503, "Please reduce your request rate.");
export const requestExpired = (members: Record<string, string>) =>
  s3Error("AccessDenied", 403, "Request has expired", members);

// Checksums

export const invalidDigest = (digest: string) =>
  s3Error("InvalidDigest", 400, "The Content-MD5 you specified was invalid.", { "Content-MD5": digest });
export const badMd5 = (ExpectedDigest: string, CalculatedDigest: string) =>
  s3Error("BadDigest", 400, "The Content-MD5 you specified did not match what we received.", {
    ExpectedDigest,
    CalculatedDigest,
  });
export const badChecksum = (algorithm: string) =>
  s3Error("BadDigest", 400, `The ${algorithm} you specified did not match the calculated checksum.`);
export const invalidChecksumHeader = (header: string) =>
  invalidRequest(`Value for ${header} header is invalid.`);
export const severalChecksums = () =>
  invalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");

export const missingChecksum = () =>
  invalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
export const uncalledForAlgorithm = () =>
  invalidRequest(
    "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
  );
export const missingRequestBody = () => s3Error("MissingRequestBodyError", 400, "Request Body is empty");
export const noUserKey = () => s3Error("UserKeyMustBeSpecified", 400, "User key must be specified.");

export const tooMuchBeforeFile = () =>
  s3Error(
    "MaxPostPreDataLengthExceededError",
    400,
    "Your POST request fields preceding the upload file were too large.",
  );

// Signatures of forms

export const invalidAccessKey = (AWSAccessKeyId: string) =>
  s3Error("InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records.", {
    AWSAccessKeyId,
  });
export const signatureDoesNotMatch = (
  AWSAccessKeyId: string,
  SignatureProvided: string,
  StringToSign: string,
) =>
  s3Error(
    "SignatureDoesNotMatch",
    403,
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    {
      AWSAccessKeyId,
      StringToSign,
      SignatureProvided,
      StringToSignBytes: [...Buffer.from(StringToSign)]
        .map((byte) => byte.toString(16).padStart(2, "0"))
        .join(" "),
    },
  );

// Pages of other origins

export const noOrigin = () =>
  s3Error("BadRequest", 400, "Insufficient information. Origin request header needed.");
export const wrongRequestMethod = () =>
  s3Error("BadRequest", 400, "Invalid Access-Control-Request-Method: null");
export const corsForbidden = (message: string, members: { Method: string; ResourceType: string }) =>
  s3Error("AccessForbidden", 403, message, members);

// Multipart uploads

export const noSuchUpload = (UploadId: string) =>
  s3Error(
    "NoSuchUpload",
    404,
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    { UploadId },
  );
export const invalidPart = (UploadId: string, PartNumber: number, ETag: string) =>
  s3Error(
    "InvalidPart",
    400,
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { UploadId, PartNumber, ETag },
  );
export const invalidPartOrder = (UploadId: string) =>
  s3Error(
    "InvalidPartOrder",
    400,
    "The list of parts was not in ascending order. Parts must be ordered by part number.",
    { UploadId },
  );
export const entityTooSmall = (PartNumber: number, ProposedSize: number, ETag: string) =>
  s3Error("EntityTooSmall", 400, "Your proposed upload is smaller than the minimum allowed size", {
    ETag,
    MinSizeAllowed: 5_242_880,
    PartNumber,
    ProposedSize,
  });
export const wrongPartNumber = (value: number) =>
  invalidArgument("Part number must be an integer between 1 and 10000, inclusive", "partNumber", value);

// Bucket configurations

/** `GET ?policy` of a bucket that has none, and its like. */
export const notConfigured = (code: string, message: string, BucketName?: string) =>
  s3Error(code, 404, message, BucketName === undefined ? {} : { BucketName });
export const noSuchConfiguration = () =>
  s3Error("NoSuchConfiguration", 404, "The specified configuration does not exist.");
/** As AWS has it. */
export const malformedContinuationToken = () =>
  s3Error("MalformedContinuationToken", 400, "The continuation-token you provided invalid.");
export const metadataConfigurationNotFound = (BucketName: string) =>
  notConfigured("MetadataConfigurationNotFound", "The metadata configuration was not found", BucketName);
/** Inferred: AWS says of its own only that a bucket has one at most. */
export const metadataConfigurationExists = (BucketName: string) =>
  s3Error("MetadataConfigurationAlreadyExists", 409, "The metadata configuration already exists", {
    BucketName,
  });
export const noFirstMetadataTables = (Method: string, first: string, second: string) =>
  s3Error(
    "V1APIsNotAllowed",
    405,
    `The V1 ${first} API operation isn't available for this account. Use the corresponding V2 ${second} API operation instead.`,
    { Method },
  );
export const idMismatch = () =>
  s3Error("IdMismatch", 400, "Document ID does not match the specified configuration ID.");
export const invalidBucketState = (message: string) => s3Error("InvalidBucketState", 409, message);
export const malformedPolicy = (message: string) => s3Error("MalformedPolicy", 400, message);
export const invalidTag = (message: string, TagKey?: string) =>
  s3Error("InvalidTag", 400, message, TagKey === undefined ? {} : { TagKey });
export const tooManyTags = (message: string) => s3Error("BadRequest", 400, message);
export const invalidDestinationBucket = () =>
  s3Error("InvalidS3DestinationBucket", 400, "Invalid bucket ARN.");
export const aclNotSupported = () =>
  s3Error("AccessControlListNotSupported", 400, "The bucket does not allow ACLs");

export const aclWithOwnership = () =>
  s3Error(
    "InvalidBucketAclWithObjectOwnership",
    400,
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
  );
export const aclWithAccessBlock = () =>
  s3Error(
    "InvalidBucketAclWithBlockPublicAccessError",
    400,
    "Bucket cannot have public ACLs set with BlockPublicAccess enabled",
  );

// Server-side encryption

export const encryptionArgument = (message: string, value?: string) =>
  invalidArgument(message, "x-amz-server-side-encryption", value);
export const invalidEncryptionAlgorithm = (value: string) =>
  s3Error(
    "InvalidEncryptionAlgorithmError",
    400,
    "The Encryption request you specified is not valid. Supported value: AES256.",
    { ArgumentName: "x-amz-server-side-encryption", ArgumentValue: value },
  );

// Object Lock

export const lockNeedsChecksum = () =>
  invalidRequest(
    "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters",
  );

// Notifications

export const repeatedNotificationId = () =>
  s3Error("InvalidArgument", 400, "Same ID used for multiple configurations. IDs must be unique.");
export const repeatedFilterRule = (name: string) =>
  s3Error("InvalidArgument", 400, `Cannot specify more than one ${name} rule in a filter.`);
export const unknownDestinations = (missing: readonly (readonly [arn: string, reason: string])[]) =>
  s3Error(
    "InvalidArgument",
    400,
    "Unable to validate the following destination configurations",
    Object.fromEntries(
      missing.flatMap(([arn, reason], at) => [
        [`ArgumentName${at + 1}`, arn],
        [`ArgumentValue${at + 1}`, reason],
      ]),
    ),
  );
