import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import type { Content, Order, StoredOrder } from "./order.js";
import type { OrdersRepository } from "./orders.repository.js";

/** Orders in a DynamoDB table; conditional writes decide who was first. */
export class DynamoDBOrders implements OrdersRepository {
  constructor(
    private readonly client: Pick<DynamoDBDocumentClient, "send">,
    private readonly TableName: string,
  ) {}

  async add(order: Order): Promise<boolean> {
    const put = new PutCommand({
      TableName: this.TableName,
      Item: order,
      ConditionExpression: "attribute_not_exists(id)",
    });
    return (await unlessRefused(this.client.send(put))) !== undefined;
  }

  async find(id: string): Promise<StoredOrder | undefined> {
    const get = new GetCommand({ TableName: this.TableName, Key: { id }, ConsistentRead: true });
    return (await this.client.send(get)).Item as StoredOrder | undefined;
  }

  async change(id: string, { item, amount }: Content): Promise<StoredOrder | undefined> {
    const update = new UpdateCommand({
      TableName: this.TableName,
      Key: { id },
      UpdateExpression: "SET #item = :item, amount = :amount",
      ConditionExpression: "attribute_exists(id) AND attribute_not_exists(payment)",
      ExpressionAttributeNames: { "#item": "item" },
      ExpressionAttributeValues: { ":item": item, ":amount": amount },
      ReturnValues: "ALL_NEW",
    });
    return (await unlessRefused(this.client.send(update)))?.Attributes as StoredOrder | undefined;
  }

  async remove(id: string): Promise<void> {
    await this.client.send(new DeleteCommand({ TableName: this.TableName, Key: { id } }));
  }
}

/** The answer, or nothing if the condition did not hold. */
async function unlessRefused<Answer>(sent: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await sent;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
