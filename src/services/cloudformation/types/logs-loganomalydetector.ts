import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loganomalydetector.html */
export default mapped({
  type: "AWS::Logs::LogAnomalyDetector",
  service: "logs",
  // UpdateLogAnomalyDetector has no others.
  replacedBy: ["AccountId", "DetectorName", "KmsKeyId", "LogGroupArnList"],
  idOf: (output) => output["anomalyDetectorArn"],
  keyOf: (id) => ({ AnomalyDetectorArn: id }),
  input: (properties) => ({ ...properties, Enabled: true }),
  attributesOf: (_output, _properties, id) => ({ AnomalyDetectorArn: id }),
  create: "CreateLogAnomalyDetector",
  update: "UpdateLogAnomalyDetector",
  delete: "DeleteLogAnomalyDetector",
  read: "GetLogAnomalyDetector",
});
