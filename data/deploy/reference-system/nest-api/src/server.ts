import "reflect-metadata";
import serverlessExpress from "@codegenie/serverless-express";
import { NestFactory } from "@nestjs/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { OrdersModule } from "./orders.module.js";
import type { OrdersRepository } from "./orders.repository.js";

export type Handler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

/** A Lambda handler that answers API Gateway's requests; made once for each execution environment. */
export async function handlerOver(orders: OrdersRepository): Promise<Handler> {
  const app = await NestFactory.create(OrdersModule.over(orders), { logger: ["error", "warn"] });
  await app.init();
  const answer = serverlessExpress.configure({ app: app.getHttpAdapter().getInstance() });
  return async (event, context) => answer(event, context, () => {});
}
