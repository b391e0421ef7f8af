/** What a command finds a cloud by, whatever AWS client it uses. */
export function commandVariables(url: string): Record<string, string> {
  const region = process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"] ?? "us-east-1";
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: "true",
    SQUALL_URL: url,
    SQUALL_MARK_URL: `${url}/_squall/mark`,
  };
}
