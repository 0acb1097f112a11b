// Calls the function and does not wait: the field is null as soon as Lambda has accepted the event.

export function request(ctx) {
  return { operation: "Invoke", invocationType: "Event", payload: ctx };
}

export function response(ctx) {
  return null;
}
