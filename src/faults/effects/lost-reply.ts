import type { FaultEffect } from "../../core/fault.ts";

const lostReply: FaultEffect = {
  name: "lost-reply",
  description: "The call takes effect, then the connection is reset instead of an answer.",
  parameters: {},
  async apply(_params, _call, next) {
    await next();
    return { kind: "drop", how: "reset" };
  },
};

export default lostReply;
