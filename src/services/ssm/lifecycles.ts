import { defineLifecycle } from "../../aws/lifecycle.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DocumentDescription.html (Status) */
export const documentLifecycle = defineLifecycle({
  point: "ssm:document-state",
  of: "a version of a document (the resource is the document)",
  stages: {
    Creating: { next: "Active", takesMs: 2_000, failed: "Failed" },
    Updating: { next: "Active", takesMs: 2_000, failed: "Failed" },
  },
});
