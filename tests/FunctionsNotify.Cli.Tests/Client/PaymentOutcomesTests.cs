using System.Text;
using System.Text.Json;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using FunctionsNotify.Client;
using Moq;

namespace FunctionsNotify.Cli.Tests;

public sealed class PaymentOutcomesTests : IDisposable
{
    private const string Rejected = """{"kind":"delivery","schemaVersion":1,"outcomeId":"np-p~0001","paymentId":"p","deliveryId":"np-p~0001","state":"Rejected","cause":"Business","acceptedAt":"2026-03-01T00:00:00+00:00","endedAt":"2026-03-01T00:00:01.5+00:00","resultCode":"PROCESS_FAIL","operatorAction":"Contact Alipay+.","attemptCount":1,"attemptsOmitted":0,"attempts":[{"number":1,"dueAt":"2026-03-01T00:00:00+00:00","result":{"kind":"Rejected","startedAt":"2026-03-01T00:00:00+00:00","duration":"00:00:00.7850000","httpStatus":200,"resultStatus":"F","resultCode":"PROCESS_FAIL"}}],"later":{"added":true}}""";
    private const string Invalid = """{"kind":"message","schemaVersion":1,"outcomeId":"m-1:Invalid","paymentId":null,"state":"Invalid","messageId":"m-1","insertedAt":"2026-03-01T00:00:00+00:00","reasons":[{"field":"paymentId","rule":"is required","severity":"Refuse","shape":"missing"}],"quarantineId":"20260301/2519000000000000000-m-1.json"}""";

    private readonly Mock<QueueClient> _queue = new(MockBehavior.Strict);
    private readonly Queue<string[]> _batches = new();
    private readonly List<string> _deleted = [];
    private readonly CancellationTokenSource _stop = new();

    public PaymentOutcomesTests()
    {
        var receipt = 0;
        _queue.Setup(queue => queue.ReceiveMessagesAsync(32, TimeSpan.FromMinutes(5), It.IsAny<CancellationToken>())).ReturnsAsync((int? _, TimeSpan? _, CancellationToken _) =>
        {
            if (!_batches.TryDequeue(out var batch))
            {
                _stop.Cancel();
                batch = [];
            }

            return Response.FromValue(batch.Select(text => QueuesModelFactory.QueueMessage($"m{++receipt}", $"r{receipt}", BinaryData.FromString(text), 1)).ToArray(), Mock.Of<Response>());
        });
        _queue.Setup(queue => queue.DeleteMessageAsync(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Callback((string id, string pop, CancellationToken _) => _deleted.Add($"{id} {pop}"))
            .ReturnsAsync(Mock.Of<Response>());
    }

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task ReceiveAsync_Outcomes_AreHandledInOrderAndThenDeleted()
    {
        _batches.Enqueue([Rejected, Convert.ToBase64String(Encoding.UTF8.GetBytes(Invalid))]);
        _batches.Enqueue([Rejected]);

        var outcomes = await ReceiveAsync(new PaymentOutcomes(_queue.Object));

        Assert.Equal(["np-p~0001", "m-1:Invalid", "np-p~0001"], outcomes.Select(outcome => outcome.OutcomeId));
        Assert.Equal(["m1 r1", "m2 r2", "m3 r3"], _deleted);
        var (delivery, message) = (outcomes[0], outcomes[1]);
        Assert.Equal((PaymentOutcomeState.Rejected, "Business", "PROCESS_FAIL", 1), (delivery.State, delivery.Cause, delivery.ResultCode, delivery.AttemptCount));
        Assert.Equal(("Rejected", TimeSpan.FromMilliseconds(785), 200), (delivery.Attempts[0].Result.Kind, delivery.Attempts[0].Result.Duration, delivery.Attempts[0].Result.HttpStatus));
        Assert.Equal((PaymentOutcomeState.Invalid, null, "m-1"), (message.State, message.PaymentId, message.MessageId));
        Assert.Equal("paymentId: is required (found missing)", Assert.Single(message.Reasons).ToString());
    }

    [Fact]
    public async Task ReceiveAsync_HandlerThrows_EndsAndKeepsTheOutcome()
    {
        _batches.Enqueue([Rejected, Invalid]);
        var handled = 0;

        await Assert.ThrowsAsync<TimeoutException>(() => new PaymentOutcomes(_queue.Object).ReceiveAsync(
            (_, _) => ++handled == 2 ? throw new TimeoutException() : Task.CompletedTask, _stop.Token));

        Assert.Equal(["m1 r1"], _deleted);
    }

    [Fact]
    public async Task ReceiveAsync_MessageThatIsNoOutcome_IsToldAndKept()
    {
        string[] foreign = ["nonsense", "{}", """{"outcomeId":"x","paymentId":"p","state":"Lost"}"""];
        _batches.Enqueue([.. foreign, Rejected]);
        List<string> unreadable = [];

        var outcomes = await ReceiveAsync(new PaymentOutcomes(_queue.Object)
        {
            OnUnreadable = (id, _) =>
            {
                unreadable.Add(id);
                return Task.CompletedTask;
            },
        });

        Assert.Equal(["m1", "m2", "m3"], unreadable);
        Assert.Equal("np-p~0001", Assert.Single(outcomes).OutcomeId);
        Assert.Equal(["m4 r4"], _deleted);
        _batches.Enqueue(foreign);
        await Assert.ThrowsAsync<JsonException>(() => new PaymentOutcomes(_queue.Object).ReceiveAsync((_, _) => Task.CompletedTask, CancellationToken.None));
    }

    [Fact]
    public async Task ReceiveAsync_AnotherReaderHasItMeanwhile_GoesOn()
    {
        _batches.Enqueue([Rejected, Invalid]);
        _queue.Setup(queue => queue.DeleteMessageAsync("m1", "r1", It.IsAny<CancellationToken>()))
            .ThrowsAsync(new RequestFailedException(404, "gone", QueueErrorCode.MessageNotFound.ToString(), null));

        Assert.Equal(2, (await ReceiveAsync(new PaymentOutcomes(_queue.Object))).Count);
    }

    private async Task<List<PaymentOutcome>> ReceiveAsync(PaymentOutcomes queue)
    {
        List<PaymentOutcome> outcomes = [];
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.ReceiveAsync(
            (outcome, _) =>
            {
                outcomes.Add(outcome);
                return Task.CompletedTask;
            },
            _stop.Token));
        return outcomes;
    }
}
