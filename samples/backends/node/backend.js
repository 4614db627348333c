// A payment backend with a plain queue client: tells two results and takes over what became of them. With a development host
// running (./eng/run.sh run): cd samples/backends/node && npm ci && node backend.js
import { QueueServiceClient } from "@azure/storage-queue";

// The client does not know the short form UseDevelopmentStorage=true.
const storage = process.env.PaymentsStorage ??
  "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;" +
  "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;" +
  "QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1;";
const queues = QueueServiceClient.fromConnectionString(storage);
const run = Date.now();
const results = [
  {
    paymentResult: { resultStatus: "S", resultCode: "SUCCESS" },
    paymentId: `js-${run}-1`,
    paymentRequestId: `order-${run}-1`,
    paymentTime: new Date().toISOString().slice(0, 19) + "+00:00",
  },
  { paymentResult: { resultStatus: "F", resultCode: "RISK_REJECT" }, paymentId: `js-${run}-2` },
];

const notifications = queues.getQueueClient("payment-notifications");
for (const result of results) {
  // These bytes reach Alipay+ as they are. −1: the message never expires.
  const { messageId } = await notifications.sendMessage(JSON.stringify(result), { messageTimeToLive: -1 });
  console.log(`${result.paymentId}: enqueued as message ${messageId}`);
}

const outcomes = queues.getQueueClient("payment-notification-outcomes");
const waiting = new Set(results.map((result) => result.paymentId));
// Outcomes come at least once. A real backend has a unique column in its database in place of this set.
const seen = new Set();
const end = Date.now() + 120_000;
while (waiting.size > 0 && Date.now() < end) {
  // Hidden from other readers for 5 minutes: longer than it takes to handle all of them.
  const { receivedMessageItems } = await outcomes.receiveMessages({ numberOfMessages: 32, visibilityTimeout: 300 });
  for (const message of receivedMessageItems) {
    const text = message.messageText;
    const outcome = JSON.parse(text.trimStart().startsWith("{") ? text : Buffer.from(text, "base64").toString("utf8"));
    if (!seen.has(outcome.outcomeId)) {
      seen.add(outcome.outcomeId);
      console.log(`${outcome.paymentId}: ${outcome.state} after ${outcome.attemptCount ?? 0} attempt(s). ${outcome.operatorAction ?? ""}`.trimEnd());
    }
    waiting.delete(outcome.paymentId);
    // Last of all: deleted before it is taken over, an outcome would be lost by a crash.
    await outcomes.deleteMessage(message.messageId, message.popReceipt);
  }
  if (receivedMessageItems.length === 0) await new Promise((resolve) => setTimeout(resolve, 1000));
}
process.exitCode = waiting.size === 0 ? 0 : 1;
