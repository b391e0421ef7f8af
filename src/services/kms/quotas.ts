import type { Quota } from "../../aws/quotas.ts";

/** https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html */
export const quotas: readonly Quota[] = [
  {
    operations: [
      "Encrypt",
      "Decrypt",
      "ReEncrypt",
      "GenerateDataKey",
      "GenerateDataKeyWithoutPlaintext",
      "GenerateMac",
      "VerifyMac",
      "GenerateRandom",
    ],
    rate: 20_000,
  },
  { operations: ["CreateKey"], rate: 5 },
  { operations: ["CreateAlias"], rate: 5 },
  { operations: ["CreateGrant"], rate: 50 },
  { operations: ["DescribeKey"], rate: 2000 },
  { operations: ["EnableKey", "DisableKey"], rate: 5 },
  { operations: ["ScheduleKeyDeletion"], rate: 15 },
  { operations: ["ListKeys"], rate: 500 },
  { operations: ["ListAliases"], rate: 500 },
  { operations: ["GetPublicKey"], rate: 2000 },
];
