import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

/** A target group that was made is there. It has no targets: those are others'. */
export default ({ options }: Bed): Lane[] => {
  const elbv2 = new ElasticLoadBalancingV2(options);
  const acknowledged = new Acknowledged("elbv2");
  const find = async (name: string) => {
    const { TargetGroups = [] } = await elbv2.describeTargetGroups({ Names: [name] });
    return TargetGroups[0]?.TargetGroupArn;
  };
  return [
    {
      name: "elbv2",
      setup: async () => {},
      write: async (n) => {
        await elbv2.createTargetGroup({ Name: `group-${n}`, TargetType: "lambda" });
        acknowledged.add(`group-${n}`);
      },
      verify: () =>
        acknowledged.verify(find, async (name) =>
          elbv2.deleteTargetGroup({ TargetGroupArn: await find(name) }),
        ),
    },
  ];
};
