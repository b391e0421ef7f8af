import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";

/** A product as the API takes and gives it. */
export interface Product {
  readonly id: string;
  readonly name: string;
  readonly price: string;
  readonly description: string;
}

const TABLE = "Products";
const dynamodb = new DynamoDBClient();

export async function putProduct(product: Product): Promise<void> {
  await dynamodb.send(
    new PutItemCommand({
      TableName: TABLE,
      Item: {
        id: { S: product.id },
        name: { S: product.name },
        price: { N: product.price },
        description: { S: product.description },
      },
    }),
  );
}

export async function getProduct(id: string): Promise<Product | undefined> {
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: TABLE, Key: { id: { S: id } } }));
  return (
    Item && {
      id,
      name: Item["name"]?.S ?? "",
      price: Item["price"]?.N ?? "",
      description: Item["description"]?.S ?? "",
    }
  );
}

/** A product from a request's or message's body; undefined when it is none. */
export function readProduct(body: string | null | undefined): Product | undefined {
  try {
    const { id, name, price, description } = JSON.parse(body ?? "") as Partial<Product>;
    if (typeof id !== "string" || id === "" || !Number.isFinite(Number(price))) return undefined;
    return { id, name: String(name ?? ""), price: String(price), description: String(description ?? "") };
  } catch {
    return undefined;
  }
}
