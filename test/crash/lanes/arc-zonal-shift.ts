import assert from "node:assert/strict";
import { EC2 } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Bed } from "../bed.ts";
import type { Lane } from "../lane.ts";

/** A shift's comment is the last one that was acknowledged, or the one that was on its way. No SDK client is at hand. */
export default ({ options }: Bed): Lane[] => {
  const { endpoint, region, credentials } = options;
  const scope = `${credentials.accessKeyId}/20261128/${region}/arc-zonal-shift/aws4_request`;
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await fetch(endpoint + path, {
      method,
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
        "content-type": "application/json",
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${answer.status}: ${text}`);
    return JSON.parse(text) as T;
  };
  let resource = "";
  let shift = "";
  let acknowledged = "begun";
  let onItsWay = acknowledged;
  return [
    {
      name: "arc-zonal-shift",
      async setup() {
        const { Subnets = [] } = await new EC2(options).describeSubnets();
        const elbv2 = new ElasticLoadBalancingV2(options);
        const { LoadBalancers = [] } = await elbv2.createLoadBalancer({
          Name: "crash",
          Subnets: Subnets.slice(0, 3).map(({ SubnetId = "" }) => SubnetId),
        });
        resource = LoadBalancers[0]?.LoadBalancerArn ?? "";
        await elbv2.modifyLoadBalancerAttributes({
          LoadBalancerArn: resource,
          Attributes: [{ Key: "zonal_shift.config.enabled", Value: "true" }],
        });
        const { zonalShiftId } = await ask<{ zonalShiftId: string }>("POST", "/zonalshifts", {
          resourceIdentifier: resource,
          awayFrom: "use1-az1",
          expiresIn: "72h",
          comment: acknowledged,
        });
        shift = zonalShiftId;
      },
      async write(n) {
        onItsWay = `write ${n}`;
        await ask("PATCH", `/zonalshifts/${shift}`, { comment: onItsWay });
        acknowledged = onItsWay;
      },
      async verify() {
        const { zonalShifts } = await ask<{ zonalShifts: readonly { comment: string }[] }>(
          "GET",
          `/managedresources/${encodeURIComponent(resource)}`,
        );
        const said = zonalShifts.map(({ comment }) => comment);
        assert.ok(
          said.length === 1 && [acknowledged, onItsWay].includes(said[0] ?? ""),
          `arc-zonal-shift: ${said} is there, ${acknowledged} was acknowledged`,
        );
        acknowledged = said[0] ?? "";
      },
    },
  ];
};
