import { parseArn } from "../../../core/arn.ts";
import { ActionFailure, type ActionRun, type FisAction } from "../action.ts";
import { commaList } from "../service-names.ts";

const STATES = ["OK", "ALARM", "INSUFFICIENT_DATA"];

interface Alarms {
  readonly MetricAlarms?: readonly { AlarmArn?: string; StateValue?: string }[];
  readonly CompositeAlarms?: readonly { AlarmArn?: string; StateValue?: string }[];
}

const action: FisAction = {
  id: "aws:cloudwatch:assert-alarm-state",
  description: "Assert that the specified CloudWatch alarms are in one of the expected states.",
  how: "The experiment fails unless each alarm is in one of the states.",
  parameters: {
    alarmArns: {
      type: "list",
      required: true,
      max: 5,
      description: "ARNs of up to five alarms, with commas between them.",
    },
    alarmStates: {
      type: "list",
      required: true,
      values: STATES,
      description: "States that the alarms may be in, with commas between them.",
    },
  },
  callsServices: true,

  async start(run) {
    const states = commaList(run.parameters["alarmStates"]);
    const failed: string[] = [];
    for (const arn of commaList(run.parameters["alarmArns"])) {
      const state = await stateOf(arn, run);
      if (state === undefined || !states.includes(state)) failed.push(arn);
    }
    if (failed.length > 0) {
      throw new ActionFailure(`Assertion failed for the following alarms: ${failed.join(", ")}`);
    }
  },
};

export default action;

/** undefined when there is no such alarm. */
async function stateOf(alarmArn: string, run: ActionRun): Promise<string | undefined> {
  const arn = parseArn(alarmArn);
  const { MetricAlarms = [], CompositeAlarms = [] } = await run.call<Alarms>(
    "cloudwatch",
    "DescribeAlarms",
    {
      AlarmNames: [arn?.resource.replace(/^alarm:/, "") ?? alarmArn],
      AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
    },
    { region: arn?.region || run.experiment.region, account: arn?.account || run.experiment.account },
  );
  return [...MetricAlarms, ...CompositeAlarms].find(({ AlarmArn }) => AlarmArn === alarmArn)?.StateValue;
}
