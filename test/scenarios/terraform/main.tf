# What the AWS provider makes of Squall: test/scenarios/terraform.test.ts.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  s3_use_path_style = true
}
variable "visibility" { default = 30 }
resource "aws_s3_bucket" "b" {
  bucket        = "tf-bucket"
  force_destroy = true
  tags          = { team = "a" }
}
resource "aws_s3_bucket_versioning" "b" {
  bucket = aws_s3_bucket.b.id
  versioning_configuration { status = "Enabled" }
}
resource "aws_s3_bucket_server_side_encryption_configuration" "b" {
  bucket = aws_s3_bucket.b.id
  rule {
    apply_server_side_encryption_by_default { sse_algorithm = "AES256" }
  }
}
resource "aws_s3_bucket_public_access_block" "b" {
  bucket                  = aws_s3_bucket.b.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
resource "aws_s3_bucket_cors_configuration" "b" {
  bucket = aws_s3_bucket.b.id
  cors_rule {
    allowed_methods = ["GET"]
    allowed_origins = ["*"]
  }
}
resource "aws_s3_bucket_ownership_controls" "b" {
  bucket = aws_s3_bucket.b.id
  rule { object_ownership = "BucketOwnerEnforced" }
}
resource "aws_s3_bucket_policy" "b" {
  bucket     = aws_s3_bucket.b.id
  policy     = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "tls", Effect = "Deny", Principal = "*", Action = "s3:*", Resource = ["${aws_s3_bucket.b.arn}/*"], Condition = { Bool = { "aws:SecureTransport" = "false" } } }] })
  depends_on = [aws_s3_bucket_public_access_block.b]
}
resource "aws_s3_bucket_website_configuration" "b" {
  bucket = aws_s3_bucket.b.id
  index_document { suffix = "index.html" }
}
resource "aws_s3_bucket_notification" "b" {
  bucket = aws_s3_bucket.b.id
  queue {
    queue_arn = aws_sqs_queue.q.arn
    events    = ["s3:ObjectCreated:*"]
  }
  depends_on = [aws_sqs_queue_policy.q]
}
resource "aws_s3_object" "o" {
  bucket  = aws_s3_bucket.b.id
  key     = "a.txt"
  content = "hello"
}
resource "aws_iam_role" "r" {
  name               = "tf-role"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = ["lambda.amazonaws.com", "states.amazonaws.com", "scheduler.amazonaws.com", "pipes.amazonaws.com", "ecs-tasks.amazonaws.com"] }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_role_policy" "r" {
  role   = aws_iam_role.r.id
  name   = "inline"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["sqs:*", "dynamodb:*", "kinesis:*", "logs:*", "lambda:*"], Resource = "*" }] })
}
resource "aws_iam_policy" "p" {
  name   = "tf-policy"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }] })
}
resource "aws_iam_role_policy_attachment" "p" {
  role       = aws_iam_role.r.name
  policy_arn = aws_iam_policy.p.arn
}
resource "aws_iam_user" "u" { name = "tf-user" }
resource "aws_iam_access_key" "u" { user = aws_iam_user.u.name }
resource "aws_iam_group" "g" { name = "tf-group" }
resource "aws_iam_instance_profile" "i" {
  name = "tf-profile"
  role = aws_iam_role.r.name
}
resource "aws_lambda_function" "f" {
  function_name    = "tf-function"
  role             = aws_iam_role.r.arn
  runtime          = "nodejs22.x"
  handler          = "index.handler"
  filename         = "${path.module}/f.zip"
  source_code_hash = filebase64sha256("${path.module}/f.zip")
  publish          = true
  environment { variables = { AB = "1" } }
  depends_on = [aws_iam_role_policy.r]
}
resource "aws_lambda_alias" "a" {
  name             = "live"
  function_name    = aws_lambda_function.f.function_name
  function_version = aws_lambda_function.f.version
}
resource "aws_lambda_permission" "p" {
  statement_id  = "rule"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.f.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.e.arn
}
resource "aws_lambda_event_source_mapping" "m" {
  event_source_arn = aws_sqs_queue.q.arn
  function_name    = aws_lambda_function.f.arn
  batch_size       = 5
}
resource "aws_lambda_function_url" "u" {
  function_name      = aws_lambda_function.f.function_name
  authorization_type = "NONE"
}
resource "aws_lambda_layer_version" "l" {
  layer_name = "tf-layer"
  filename   = "${path.module}/f.zip"
}
resource "aws_dynamodb_table" "t" {
  name         = "tf-table"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "g"
    type = "S"
  }
  global_secondary_index {
    name            = "by-g"
    hash_key        = "g"
    projection_type = "ALL"
  }
  ttl {
    attribute_name = "ttl"
    enabled        = true
  }
  stream_enabled   = true
  stream_view_type = "NEW_IMAGE"
  point_in_time_recovery { enabled = true }
  tags = { team = "a" }
}
resource "aws_sqs_queue" "d" { name = "tf-dlq" }
resource "aws_sqs_queue" "q" {
  name                       = "tf-queue"
  visibility_timeout_seconds = var.visibility
  redrive_policy             = jsonencode({ deadLetterTargetArn = aws_sqs_queue.d.arn, maxReceiveCount = 3 })
  tags                       = { team = "a" }
}
resource "aws_sqs_queue_policy" "q" {
  queue_url = aws_sqs_queue.q.id
  policy    = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = "*", Action = "sqs:SendMessage", Resource = aws_sqs_queue.q.arn }] })
}
resource "aws_sns_topic" "t" {
  name = "tf-topic"
  tags = { team = "a" }
}
resource "aws_sns_topic_subscription" "s" {
  topic_arn            = aws_sns_topic.t.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.q.arn
  raw_message_delivery = true
  filter_policy        = jsonencode({ kind = ["a"] })
}
resource "aws_kms_key" "k" {
  description             = "tf"
  deletion_window_in_days = 7
  enable_key_rotation     = true
}
resource "aws_kms_alias" "k" {
  name          = "alias/tf"
  target_key_id = aws_kms_key.k.key_id
}
resource "aws_secretsmanager_secret" "s" {
  name                    = "tf-secret"
  recovery_window_in_days = 0
  kms_key_id              = aws_kms_key.k.arn
}
resource "aws_secretsmanager_secret_version" "s" {
  secret_id     = aws_secretsmanager_secret.s.id
  secret_string = "p4ss"
}
resource "aws_ssm_parameter" "p" {
  name  = "/tf/parameter"
  type  = "SecureString"
  value = "v"
}
resource "aws_cloudwatch_log_group" "l" {
  name              = "/tf/group"
  retention_in_days = 7
}
resource "aws_cloudwatch_event_bus" "b" { name = "tf-bus" }
resource "aws_cloudwatch_event_rule" "e" {
  name                = "tf-rule"
  schedule_expression = "rate(5 minutes)"
}
resource "aws_cloudwatch_event_target" "e" {
  rule = aws_cloudwatch_event_rule.e.name
  arn  = aws_lambda_function.f.arn
}
resource "aws_cloudwatch_metric_alarm" "a" {
  alarm_name          = "tf-alarm"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "Errors"
  namespace           = "AWS/Lambda"
  period              = 60
  statistic           = "Sum"
  threshold           = 1
  alarm_actions       = [aws_sns_topic.t.arn]
}
resource "aws_sfn_state_machine" "s" {
  name       = "tf-machine"
  role_arn   = aws_iam_role.r.arn
  definition = jsonencode({ StartAt = "A", States = { A = { Type = "Pass", End = true } } })
}
resource "aws_scheduler_schedule" "s" {
  name                = "tf-schedule"
  schedule_expression = "rate(1 hour)"
  flexible_time_window { mode = "OFF" }
  target {
    arn      = aws_sqs_queue.q.arn
    role_arn = aws_iam_role.r.arn
  }
}
resource "aws_api_gateway_rest_api" "a" { name = "tf-api" }
resource "aws_api_gateway_resource" "a" {
  rest_api_id = aws_api_gateway_rest_api.a.id
  parent_id   = aws_api_gateway_rest_api.a.root_resource_id
  path_part   = "items"
}
resource "aws_api_gateway_method" "a" {
  rest_api_id   = aws_api_gateway_rest_api.a.id
  resource_id   = aws_api_gateway_resource.a.id
  http_method   = "GET"
  authorization = "NONE"
}
resource "aws_api_gateway_integration" "a" {
  rest_api_id             = aws_api_gateway_rest_api.a.id
  resource_id             = aws_api_gateway_resource.a.id
  http_method             = aws_api_gateway_method.a.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = aws_lambda_function.f.invoke_arn
}
resource "aws_api_gateway_deployment" "a" {
  rest_api_id = aws_api_gateway_rest_api.a.id
  depends_on  = [aws_api_gateway_integration.a]
}
resource "aws_api_gateway_stage" "a" {
  rest_api_id   = aws_api_gateway_rest_api.a.id
  deployment_id = aws_api_gateway_deployment.a.id
  stage_name    = "prod"
}
resource "aws_apigatewayv2_api" "h" {
  name          = "tf-http"
  protocol_type = "HTTP"
}
resource "aws_apigatewayv2_integration" "h" {
  api_id                 = aws_apigatewayv2_api.h.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.f.invoke_arn
  payload_format_version = "2.0"
}
resource "aws_apigatewayv2_route" "h" {
  api_id    = aws_apigatewayv2_api.h.id
  route_key = "GET /"
  target    = "integrations/${aws_apigatewayv2_integration.h.id}"
}
resource "aws_apigatewayv2_stage" "h" {
  api_id      = aws_apigatewayv2_api.h.id
  name        = "$default"
  auto_deploy = true
}
resource "aws_kinesis_stream" "k" {
  name        = "tf-stream"
  shard_count = 1
}
resource "aws_vpc" "v" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
  tags                 = { Name = "tf" }
}
resource "aws_subnet" "v" {
  vpc_id            = aws_vpc.v.id
  cidr_block        = "10.0.1.0/24"
  availability_zone = "us-east-1a"
}
resource "aws_internet_gateway" "v" { vpc_id = aws_vpc.v.id }
resource "aws_route_table" "v" {
  vpc_id = aws_vpc.v.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.v.id
  }
}
resource "aws_route_table_association" "v" {
  subnet_id      = aws_subnet.v.id
  route_table_id = aws_route_table.v.id
}
resource "aws_security_group" "v" {
  name   = "tf-sg"
  vpc_id = aws_vpc.v.id
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_ecs_cluster" "c" { name = "tf-cluster" }
resource "aws_ecs_task_definition" "t" {
  family                   = "tf-task"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.r.arn
  container_definitions    = jsonencode([{ name = "a", image = "busybox", essential = true }])
}
resource "aws_ecr_repository" "r" { name = "tf-repo" }
resource "aws_route53_zone" "z" {
  name = "tf.example.com"
  tags = { team = "a" }
}
resource "aws_route53_health_check" "h" {
  type              = "TCP"
  ip_address        = "127.0.0.1"
  port              = 1
  request_interval  = 30
  failure_threshold = 3
  disabled          = true
}
resource "aws_route53_record" "r" {
  zone_id         = aws_route53_zone.z.zone_id
  name            = "www"
  type            = "A"
  ttl             = var.visibility
  records         = ["192.0.2.1"]
  set_identifier  = "one"
  health_check_id = aws_route53_health_check.h.id
  failover_routing_policy { type = "PRIMARY" }
}
resource "aws_security_group" "w" {
  name   = "tf-sg-2"
  vpc_id = aws_vpc.v.id
}
resource "aws_vpc_security_group_ingress_rule" "w" {
  security_group_id = aws_security_group.w.id
  from_port         = 80
  to_port           = 80
  ip_protocol       = "tcp"
  cidr_ipv4         = "10.1.0.0/16"
}
resource "aws_eip" "e" { domain = "vpc" }
resource "aws_nat_gateway" "n" {
  allocation_id = aws_eip.e.id
  subnet_id     = aws_subnet.v.id
}
resource "aws_vpc_endpoint" "s3" {
  vpc_id       = aws_vpc.v.id
  service_name = "com.amazonaws.us-east-1.s3"
}
resource "aws_cloudformation_stack" "s" {
  name          = "tf-stack"
  template_body = jsonencode({ Resources = { Q = { Type = "AWS::SQS::Queue" } }, Outputs = { Url = { Value = { Ref = "Q" } } } })
}
resource "aws_cloudformation_stack_set" "s" {
  name                    = "tf-set"
  administration_role_arn = aws_iam_role.r.arn
  template_body           = jsonencode({ Resources = { Q = { Type = "AWS::SQS::Queue" } } })
}
resource "aws_cloudformation_stack_set_instance" "s" {
  account_id     = "111122223333"
  region         = "us-east-1"
  stack_set_name = aws_cloudformation_stack_set.s.name
}
resource "aws_fis_experiment_template" "f" {
  description = "tf"
  role_arn    = aws_iam_role.r.arn
  stop_condition { source = "none" }
  action {
    name      = "wait"
    action_id = "aws:fis:wait"
    parameter {
      key   = "duration"
      value = "PT1M"
    }
  }
}
resource "aws_pipes_pipe" "p" {
  name     = "tf-pipe"
  role_arn = aws_iam_role.r.arn
  source   = aws_sqs_queue.d.arn
  target   = aws_sqs_queue.q.arn
}
resource "aws_api_gateway_usage_plan" "a" {
  name = "tf-plan"
  api_stages {
    api_id = aws_api_gateway_rest_api.a.id
    stage  = aws_api_gateway_stage.a.stage_name
  }
}
resource "aws_api_gateway_api_key" "a" { name = "tf-key" }
resource "aws_api_gateway_usage_plan_key" "a" {
  key_id        = aws_api_gateway_api_key.a.id
  key_type      = "API_KEY"
  usage_plan_id = aws_api_gateway_usage_plan.a.id
}
resource "aws_api_gateway_method_settings" "a" {
  rest_api_id = aws_api_gateway_rest_api.a.id
  stage_name  = aws_api_gateway_stage.a.stage_name
  method_path = "*/*"
  settings { throttling_burst_limit = 5 }
}
resource "aws_cloudwatch_log_metric_filter" "m" {
  name           = "errors"
  log_group_name = aws_cloudwatch_log_group.l.name
  pattern        = "ERROR"
  metric_transformation {
    name      = "Errors"
    namespace = "App"
    value     = "1"
  }
}
resource "aws_cloudwatch_dashboard" "d" {
  dashboard_name = "tf-dashboard"
  dashboard_body = jsonencode({ widgets = [] })
}
resource "aws_cloudwatch_event_archive" "a" {
  name             = "tf-archive"
  event_source_arn = aws_cloudwatch_event_bus.b.arn
}
resource "aws_dynamodb_table_item" "i" {
  table_name = aws_dynamodb_table.t.name
  hash_key   = "id"
  item       = jsonencode({ id = { S = "1" } })
}
resource "aws_lambda_provisioned_concurrency_config" "p" {
  function_name                     = aws_lambda_alias.a.function_name
  qualifier                         = aws_lambda_alias.a.name
  provisioned_concurrent_executions = 1
}
resource "aws_lambda_function_event_invoke_config" "c" {
  function_name          = aws_lambda_function.f.function_name
  maximum_retry_attempts = 0
}
resource "aws_iam_openid_connect_provider" "o" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}
resource "aws_ecs_service" "s" {
  name            = "tf-service"
  cluster         = aws_ecs_cluster.c.id
  task_definition = aws_ecs_task_definition.t.arn
  desired_count   = 0
  launch_type     = "FARGATE"
  network_configuration { subnets = [aws_subnet.v.id] }
}
data "aws_caller_identity" "me" {}
data "aws_region" "here" {}
data "aws_availability_zones" "all" {}
data "aws_iam_policy_document" "d" {
  statement {
    actions   = ["s3:*"]
    resources = ["*"]
  }
}
data "aws_vpc" "default" { default = true }
data "aws_subnets" "default" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.default.id]
  }
}
output "queue" { value = aws_sqs_queue.q.url }

resource "aws_db_subnet_group" "d" {
  name       = "tf-databases"
  subnet_ids = data.aws_subnets.default.ids
  tags       = { team = "data" }
}
resource "aws_db_parameter_group" "d" {
  name   = "tf-postgres"
  family = "postgres17"
  parameter {
    name  = "work_mem"
    value = "8192"
  }
  parameter {
    name         = "max_connections"
    value        = "50"
    apply_method = "pending-reboot"
  }
}
resource "aws_rds_cluster_parameter_group" "d" {
  name   = "tf-aurora"
  family = "aurora-postgresql16"
  parameter {
    name  = "work_mem"
    value = "8192"
  }
}
