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
