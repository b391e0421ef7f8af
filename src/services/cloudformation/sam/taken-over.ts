/** What a resource may become under its own id, and what several may share; anything else with an id that is there is a fault. */
const TAKEN_OVER: Readonly<Record<string, readonly string[]>> = {
  "AWS::Lambda::Function": ["AWS::Serverless::Function"],
  "AWS::Lambda::LayerVersion": ["AWS::Serverless::LayerVersion"],
  "AWS::ApiGateway::RestApi": ["AWS::Serverless::Api"],
  "AWS::ApiGatewayV2::Api": ["AWS::Serverless::HttpApi", "AWS::Serverless::WebSocketApi"],
  "AWS::S3::Bucket": ["AWS::S3::Bucket"],
  "AWS::SNS::Topic": ["AWS::SNS::Topic"],
  "AWS::DynamoDB::Table": ["AWS::Serverless::SimpleTable"],
  "AWS::CloudFormation::Stack": ["AWS::Serverless::Application"],
  "AWS::Cognito::UserPool": ["AWS::Cognito::UserPool"],
  "AWS::ApiGateway::DomainName": ["AWS::ApiGateway::DomainName"],
  "AWS::ApiGateway::BasePathMapping": ["AWS::ApiGateway::BasePathMapping"],
  "AWS::ApiGateway::DomainNameV2": ["AWS::ApiGateway::DomainNameV2"],
  "AWS::ApiGateway::BasePathMappingV2": ["AWS::ApiGateway::BasePathMappingV2"],
  "AWS::StepFunctions::StateMachine": ["AWS::Serverless::StateMachine"],
};

/** May what was made stand in place of a resource of the template? */
export function mayTakeOver(made: string, there: string): boolean {
  return TAKEN_OVER[made]?.includes(there) ?? false;
}
