import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { DynamoDBOrders } from "./orders.dynamodb.js";
import { handlerOver } from "./server.js";

const client = DynamoDBDocumentClient.from(new DynamoDBClient());

// In the init phase, which is not counted into a request's time.
export const handler = await handlerOver(new DynamoDBOrders(client, process.env.ORDERS_TABLE!));
