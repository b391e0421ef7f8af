import type { ServiceFactory } from "../../core/service.ts";
import { Answers } from "./answers.ts";
import { changes } from "./changes.ts";
import { delegationSets } from "./delegation-sets.ts";
import { statusOf } from "./health.ts";
import { describeHealthCheck, type HealthCheckRecord } from "./health-check.ts";
import { healthChecks } from "./health-checks.ts";
import { describeZone, type ZoneRecord } from "./hosted-zone.ts";
import { hostedZones } from "./hosted-zones.ts";
import { limits } from "./limits.ts";
import { Prober } from "./prober.ts";
import { recordSetOperations } from "./record-sets.ts";
import { tags } from "./tags.ts";
import { testAnswer } from "./test-answer.ts";
import { vpcs } from "./vpcs.ts";

/** Amazon Route 53: https://docs.aws.amazon.com/Route53/latest/APIReference/ */
const route53: ServiceFactory = (host) => {
  const answers = new Answers(host);
  const prober = new Prober(host, (name) => answers.addressOf(name));
  return {
    name: "route53",
    operations: {
      ...hostedZones,
      ...vpcs,
      ...recordSetOperations,
      ...changes,
      ...testAnswer(answers),
      ...healthChecks(prober),
      ...delegationSets,
      ...limits,
      ...tags,
    },
    describe: {
      healthcheck: (check: HealthCheckRecord, { account, region }) => ({
        ...describeHealthCheck(check),
        // Route 53 tells no one word for it: FIS's filters and reports want one.
        Status: statusOf(check, host.store(account, region)) ? "Healthy" : "Unhealthy",
      }),
      hostedzone: (zone: ZoneRecord, { account, region }) => ({
        ...describeZone(zone, { store: host.store(account, region) }),
      }),
    },
    // Ids may come as they are told, with what they are of before them: `/hostedzone/Z…` is longer than the model lets it be.
    validation: { shapes: { ResourceId: { max: 64 } } },
    resolve: (question, address) => answers.answer(question, address),
    start: () => prober.resume(),
    stop: () => prober.stop(),
  };
};

export default route53;
