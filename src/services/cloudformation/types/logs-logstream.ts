import { listOf } from "../mapping/changes.ts";
import { mapped, type Properties } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-logstream.html */
export default mapped({
  type: "AWS::Logs::LogStream",
  service: "logs",
  replacedBy: ["LogGroupName", "LogStreamName"],
  required: ["LogGroupName"],
  named: ["LogStreamName", 512],
  keyOf: (id) => ({ LogStreamName: id, LogStreamNamePrefix: id }),
  describedIn: (output, { id }) =>
    listOf<Properties>(output, "logStreams").find(({ logStreamName }) => logStreamName === id),
  create: "CreateLogStream",
  delete: "DeleteLogStream",
  read: "DescribeLogStreams",
});
