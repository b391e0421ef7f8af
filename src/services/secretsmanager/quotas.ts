import type { Quota } from "../../aws/quotas.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
export const quotas: readonly Quota[] = [
  { operations: ["GetSecretValue", "DescribeSecret"], rate: 10_000 },
  { operations: ["BatchGetSecretValue"], rate: 100 },
  { operations: ["PutSecretValue", "UpdateSecret", "UpdateSecretVersionStage"], rate: 50 },
  { operations: ["CreateSecret"], rate: 50 },
  { operations: ["DeleteSecret"], rate: 50 },
  { operations: ["RotateSecret", "CancelRotateSecret"], rate: 50 },
  { operations: ["ListSecrets"], rate: 100 },
  { operations: ["GetRandomPassword"], rate: 50 },
];
