// Answers line by line. Until the first byte a failure is a 502; afterwards the client sees 200 and a torn stream.

/** Keep one order and tell each step as it is done. */
async function respond(event, stream) {
  const order = JSON.parse(event.body);
  if (order.amount < 0) throw new Error(`Order ${order.order} has the amount ${order.amount}.`);
  const body = awslambda.HttpResponseStream.from(stream, {
    statusCode: 200,
    headers: { "content-type": "application/x-ndjson" },
  });
  for (const step of ["received", "packed", "sent"]) {
    body.write(JSON.stringify({ order: order.order, step }) + "\n");
  }
  body.end();
}

export const handler = awslambda.streamifyResponse(respond);
