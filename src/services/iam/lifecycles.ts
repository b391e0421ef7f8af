import { defineLifecycle } from "../../aws/lifecycle.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateCredentialReport.html (State) */
export const credentialReportLifecycle = defineLifecycle({
  point: "iam:credential-report-state",
  of: "an account's credential report (the resource is the account's root)",
  stages: { INPROGRESS: { next: "COMPLETE", takesMs: 3_000 } },
});
