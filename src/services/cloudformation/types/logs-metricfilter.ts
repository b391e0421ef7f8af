import { filter } from "../mapping/logs-filter.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-metricfilter.html */
export default filter("Metric");
