import { CloudControl } from "@aws-sdk/client-cloudcontrol";
import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

/** A request that was taken is known, and has ended: well, or with the process in which it was carried out. */
export default ({ options }: Bed): Lane[] => {
  const control = new CloudControl(options);
  const acknowledged = new Acknowledged("cloudcontrol");
  return [
    {
      name: "cloudcontrol",
      setup: async () => {},
      write: async (n) => {
        const { ProgressEvent } = await control.createResource({
          TypeName: "AWS::SQS::Queue",
          DesiredState: JSON.stringify({ QueueName: `controlled-${n}` }),
        });
        acknowledged.add(ProgressEvent?.RequestToken ?? "");
      },
      verify: () =>
        acknowledged.verify(async (RequestToken) => {
          const { ProgressEvent } = await control.getResourceRequestStatus({ RequestToken });
          return /^(?:SUCCESS|FAILED|IN_PROGRESS)$/.test(ProgressEvent?.OperationStatus ?? "");
        }),
    },
  ];
};
