import { awsClient } from './aws.ts';
import { judge } from './cases.ts';

judge('@aws-sdk/client-bedrock-runtime', awsClient);
