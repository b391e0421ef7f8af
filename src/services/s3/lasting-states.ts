import { defineLifecycle } from "../../aws/lifecycle.ts";

/**
 * An object that is brought back from an archive; how long it takes is its tier's. (A bucket's lifecycle configuration is
 * another thing.) https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-retrieval-options.html
 */
export const restoreLifecycle = defineLifecycle({
  point: "s3:restore-state",
  of: "an object that is restored from an archive",
  stages: { "ongoing-request": { takesMs: 5 * 3_600_000, jitter: 0 } },
});
