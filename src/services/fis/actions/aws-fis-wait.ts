import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:fis:wait",
  description: "Wait for the specified duration. Stop condition monitoring will continue during this time.",
  how: "Nothing happens for a time; stop conditions are watched.",
  parameters: {
    duration: {
      type: "duration",
      required: true,
      description: "How long to wait (ISO 8601 duration, PT1M to PT12H).",
    },
  },
  start() {},
};

export default action;
