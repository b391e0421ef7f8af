import type { ServiceFactory } from "../../core/service.ts";
import { encryption } from "./encryption.ts";
import { graphs } from "./graphs.ts";
import { groups } from "./groups.ts";
import { samplingRules } from "./sampling-rules.ts";
import { samplingTargets } from "./sampling-targets.ts";
import { segments } from "./segments.ts";
import { tags } from "./tags.ts";
import { traces } from "./traces.ts";

/** AWS X-Ray: https://docs.aws.amazon.com/xray/latest/api/ */
const xray: ServiceFactory = () => ({
  name: "xray",
  operations: {
    ...segments,
    ...traces,
    ...graphs,
    ...samplingRules,
    ...samplingTargets,
    ...groups,
    ...encryption,
    ...tags,
  },
});

export default xray;
