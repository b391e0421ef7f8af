import type { Quota } from "../../aws/quotas.ts";

/** Of the standard throughput: https://docs.aws.amazon.com/general/latest/gr/ssm.html#limits_ssm */
export const quotas: readonly Quota[] = [
  { operations: ["GetParameter", "GetParameters", "GetParametersByPath"], rate: 40 },
  { operations: ["PutParameter"], rate: 3 },
  { operations: ["DeleteParameter", "DeleteParameters"], rate: 5 },
  { operations: ["DescribeParameters"], rate: 3 },
  { operations: ["SendCommand"], rate: 5 },
  { operations: ["StartAutomationExecution"], rate: 10 },
];
