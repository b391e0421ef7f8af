import type { Handlers } from "../../core/service.ts";
import type * as Route53 from "../../models/generated/route53.ts";
import type { Answers } from "./answers.ts";
import { invalidInput } from "./errors.ts";
import { findZone } from "./hosted-zone.ts";
import { liesIn, normalName } from "./names.ts";
import { Viewer } from "./viewer.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_TestDNSAnswer.html */
export const testAnswer = (answers: Answers): Handlers<Route53.Operations> => ({
  TestDNSAnswer({ HostedZoneId, RecordName, RecordType }, ctx) {
    const zone = findZone(HostedZoneId, ctx);
    const name = normalName(RecordName);
    // The text is inferred.
    if (!liesIn(name, zone.name)) throw invalidInput(`${RecordName} is not in the hosted zone ${zone.name}`);
    const { code, records } = answers.answerIn({ zone, store: ctx.store }, name, RecordType, {
      address: "127.0.0.1",
      viewer: new Viewer(ctx.host.setting<string>("viewer-region")),
    });
    return {
      Nameserver: zone.nameServers[0] ?? "",
      RecordName: name,
      RecordType,
      RecordData: records.filter(({ type }) => type === RecordType).map(({ value }) => value),
      ResponseCode: code,
      Protocol: "UDP",
    };
  },
});
