import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import type { APIGatewayProxyEvent, Context } from "aws-lambda";
import { DynamoDBOrders } from "../src/orders.dynamodb.js";
import { InMemoryOrders } from "../src/orders.repository.js";
import { type Handler, handlerOver } from "../src/server.js";

const TEAPOT = { id: "A-1017", item: "teapot", amount: 4250 };

let orders: InMemoryOrders;
let handler: Handler;

/** Status and content of the answer to a request that came through API Gateway. */
async function asked(httpMethod: string, path: string, body?: unknown): Promise<[number, unknown]> {
  const event = {
    httpMethod,
    path,
    body: body === undefined ? null : JSON.stringify(body),
    headers: { "content-type": "application/json" },
    multiValueHeaders: { "content-type": ["application/json"] },
    isBase64Encoded: false,
    requestContext: {},
  } as unknown as APIGatewayProxyEvent;
  const answer = await handler(event, {} as Context);
  return [answer.statusCode, answer.body ? JSON.parse(answer.body) : undefined];
}

describe("the orders API", () => {
  beforeEach(async () => {
    orders = new InMemoryOrders();
    handler = await handlerOver(orders);
  });

  it("makes, shows, changes and removes an order", async () => {
    assert.equal((await asked("GET", "/orders/A-1017"))[0], 404);
    assert.deepEqual(await asked("POST", "/orders", TEAPOT), [201, TEAPOT]);
    const changed = { ...TEAPOT, item: "two teapots", amount: 8500 };
    assert.deepEqual(await asked("PUT", "/orders/A-1017", changed), [200, changed]);
    assert.deepEqual(await asked("GET", "/orders/A-1017"), [200, changed]);
    assert.equal((await asked("DELETE", "/orders/A-1017"))[0], 204);
    assert.equal((await asked("DELETE", "/orders/A-1017"))[0], 204);
    assert.equal((await asked("PUT", "/orders/A-1017", changed))[0], 404);
  });

  it("takes an order that is sent twice as one, and refuses another of its id", async () => {
    assert.equal((await asked("POST", "/orders", TEAPOT))[0], 201);
    assert.deepEqual(await asked("POST", "/orders", TEAPOT), [200, TEAPOT]);
    assert.equal((await asked("POST", "/orders", { ...TEAPOT, amount: 1 }))[0], 409);
    assert.deepEqual(await asked("GET", "/orders/A-1017"), [200, TEAPOT]);
  });

  it("leaves a paid order as it is", async () => {
    orders.orders.set(TEAPOT.id, { ...TEAPOT, payment: "pi_A-1017" });
    assert.equal((await asked("PUT", "/orders/A-1017", { item: "cup", amount: 1 }))[0], 409);
  });

  it("refuses what is no order", async () => {
    for (const wrong of [{ amount: -1 }, { amount: "much" }, { item: "" }, { id: "a b" }]) {
      assert.equal((await asked("POST", "/orders", { ...TEAPOT, ...wrong }))[0], 422);
    }
    assert.equal((await asked("POST", "/orders"))[0], 422);
  });
});

describe("orders in DynamoDB", () => {
  /** A repository whose table gives this answer, and what it was asked. */
  const answering = (answer: unknown) => {
    const inputs: Record<string, unknown>[] = [];
    const send = async (command: { input: Record<string, unknown> }) => {
      inputs.push(command.input);
      if (answer instanceof Error) throw answer;
      return answer;
    };
    return { inputs, table: new DynamoDBOrders({ send } as never, "orders") };
  };
  const refused = new ConditionalCheckFailedException({ message: "no", $metadata: {} });

  it("writes an order on the condition that there is none of its id", async () => {
    const { inputs, table } = answering({});
    assert.equal(await table.add(TEAPOT), true);
    assert.deepEqual(inputs, [
      { TableName: "orders", Item: TEAPOT, ConditionExpression: "attribute_not_exists(id)" },
    ]);
    assert.equal(await answering(refused).table.add(TEAPOT), false);
  });

  it("changes an order on the condition that it is not paid", async () => {
    const { inputs, table } = answering({ Attributes: TEAPOT });
    assert.deepEqual(await table.change("A-1017", TEAPOT), TEAPOT);
    assert.equal(inputs[0].ConditionExpression, "attribute_exists(id) AND attribute_not_exists(payment)");
    assert.equal(await answering(refused).table.change("A-1017", TEAPOT), undefined);
  });

  it("lets every other error through, so that the caller is told 500", async () => {
    await assert.rejects(answering(new Error("down")).table.add(TEAPOT), /down/);
  });
});
