/**
 * Root elements of S3's answers: its model in botocore's form has lost them.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
const ROOTS: Readonly<Record<string, string>> = {
  ListBuckets: "ListAllMyBucketsResult",
  ListDirectoryBuckets: "ListAllMyDirectoryBucketsResult",
  ListObjects: "ListBucketResult",
  ListObjectsV2: "ListBucketResult",
  ListObjectVersions: "ListVersionsResult",
  ListMultipartUploads: "ListMultipartUploadsResult",
  ListParts: "ListPartsResult",
  CreateMultipartUpload: "InitiateMultipartUploadResult",
  CompleteMultipartUpload: "CompleteMultipartUploadResult",
  CreateSession: "CreateSessionResult",
  DeleteObjects: "DeleteResult",
  GetBucketAccelerateConfiguration: "AccelerateConfiguration",
  GetBucketAcl: "AccessControlPolicy",
  GetObjectAcl: "AccessControlPolicy",
  GetBucketCors: "CORSConfiguration",
  GetBucketLifecycle: "LifecycleConfiguration",
  GetBucketLifecycleConfiguration: "LifecycleConfiguration",
  GetBucketLocation: "LocationConstraint",
  GetBucketLogging: "BucketLoggingStatus",
  GetBucketNotification: "NotificationConfiguration",
  GetBucketNotificationConfiguration: "NotificationConfiguration",
  GetBucketRequestPayment: "RequestPaymentConfiguration",
  GetBucketTagging: "Tagging",
  GetObjectTagging: "Tagging",
  GetBucketVersioning: "VersioningConfiguration",
  GetBucketWebsite: "WebsiteConfiguration",
  GetObjectAttributes: "GetObjectAttributesResponse",
  ListBucketAnalyticsConfigurations: "ListBucketAnalyticsConfigurationsResult",
  ListBucketIntelligentTieringConfigurations: "ListIntelligentTieringConfigurationsResult",
  ListBucketInventoryConfigurations: "ListInventoryConfigurationsResult",
  ListBucketMetricsConfigurations: "ListMetricsConfigurationsResult",
};

/** Statuses of answers that the model has not: as seen on AWS. */
const STATUSES: Readonly<Record<string, number>> = {
  RestoreObject: 202,
  PutBucketPolicy: 204,
  PutBucketInventoryConfiguration: 204,
  PutBucketMetricsConfiguration: 204,
  PutBucketIntelligentTieringConfiguration: 204,
  // Of its control plane.
  DeletePublicAccessBlock: 204,
  DeleteAccessPoint: 204,
  DeleteAccessPointPolicy: 204,
};

export const s3Status = (operation: string): number | undefined => STATUSES[operation];

export const s3RootName = (operation: string): string | undefined => ROOTS[operation];
