import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-dashboard.html */
export default mapped({
  type: "AWS::CloudWatch::Dashboard",
  service: "cloudwatch",
  replacedBy: ["DashboardName"],
  required: ["DashboardBody"],
  named: ["DashboardName", 255],
  create: "PutDashboard",
  update: "PutDashboard",
  delete: "DeleteDashboards",
  read: "GetDashboard",
  keyOf: (id) => ({ DashboardName: id, DashboardNames: [id] }),
});
