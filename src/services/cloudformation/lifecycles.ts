import { defineLifecycle } from "../../aws/lifecycle.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html (Status): then it is what came of it. */
export const changeSetLifecycle = defineLifecycle({
  point: "cloudformation:change-set-state",
  of: "a change set",
  stages: { CREATE_IN_PROGRESS: { takesMs: 5000, failed: "FAILED" } },
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackDriftDetectionStatus.html (DetectionStatus) */
export const driftDetectionLifecycle = defineLifecycle({
  point: "cloudformation:drift-detection-state",
  of: "a detection of a stack's drift",
  stages: {
    DETECTION_IN_PROGRESS: { next: "DETECTION_COMPLETE", takesMs: 10_000, failed: "DETECTION_FAILED" },
  },
});

/** https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_ProgressEvent.html (OperationStatus): what a request makes is there before it is over. */
export const requestLifecycle = defineLifecycle({
  point: "cloudcontrol:request-state",
  of: "a request (the resource is its type's ARN: `arn:aws:cloudformation:us-east-1::type/resource/AWS-S3-Bucket`)",
  stages: { IN_PROGRESS: { next: "SUCCESS", takesMs: 10_000, failed: "FAILED" } },
});
