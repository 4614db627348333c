using System.Collections.Concurrent;
using System.Threading.Channels;
using FunctionsNotify.DevHost.Rpc;
using Grpc.Core;

namespace FunctionsNotify.DevHost;

/// <summary>The stream of one worker process: questions and invocations out, answers and logs in.</summary>
internal sealed class WorkerChannel(Action<RpcLog> log)
{
    // One writer: a gRPC stream takes one message at a time.
    private readonly Channel<StreamingMessage> _outgoing = Channel.CreateUnbounded<StreamingMessage>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _questions = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<InvocationResponse>> _invocations = new();
    private volatile bool _closed;

    public async Task RunAsync(IAsyncStreamReader<StreamingMessage> incoming, IServerStreamWriter<StreamingMessage> outgoing, CancellationToken cancellationToken)
    {
        var writing = WriteAsync(outgoing, cancellationToken);
        try
        {
            while (await incoming.MoveNext(cancellationToken))
            {
                Take(incoming.Current);
            }
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or Grpc.Core.RpcException)
        {
            // The worker is gone; what was under way is told so below.
        }
        finally
        {
            Close();
            await writing;
        }
    }

    public async Task<StreamingMessage> AskAsync(StreamingMessage question, CancellationToken cancellationToken)
    {
        question.RequestId = Guid.NewGuid().ToString();
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _questions[question.RequestId] = answer;
        Send(question);
        return await AnswerAsync(answer, _questions, question.RequestId, cancellationToken);
    }

    /// <summary>Runs a function in the worker; a cancellation is passed on, and the worker's answer still awaited.</summary>
    public async Task<InvocationResponse> InvokeAsync(InvocationRequest request, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<InvocationResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        _invocations[request.InvocationId] = answer;
        Send(new StreamingMessage { RequestId = Guid.NewGuid().ToString(), InvocationRequest = request });
        await using var cancel = cancellationToken.Register(() => Send(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = request.InvocationId } }));
        return await AnswerAsync(answer, _invocations, request.InvocationId, CancellationToken.None);
    }

    public void Send(StreamingMessage message) => _outgoing.Writer.TryWrite(message);

    /// <summary>The worker is gone: everything under way fails as it does on the platform.</summary>
    public void Close()
    {
        _closed = true;
        _outgoing.Writer.TryComplete();
        FailAll(_questions);
        FailAll(_invocations);
    }

    // Looked at again after it was added: a channel that closed in between has not seen it.
    private async Task<T> AnswerAsync<T>(TaskCompletionSource<T> answer, ConcurrentDictionary<string, TaskCompletionSource<T>> open, string id, CancellationToken cancellationToken)
    {
        if (_closed)
        {
            FailAll(open);
        }

        try
        {
            return await answer.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            open.TryRemove(id, out _);
        }
    }

    private static void FailAll<T>(ConcurrentDictionary<string, TaskCompletionSource<T>> open)
    {
        foreach (var answer in open.Values)
        {
            answer.TrySetException(new WorkerProcessExitException());
        }
    }

    private void Take(StreamingMessage message)
    {
        switch (message.ContentCase)
        {
            case StreamingMessage.ContentOneofCase.RpcLog:
                log(message.RpcLog);
                break;
            case StreamingMessage.ContentOneofCase.InvocationResponse:
                if (_invocations.TryGetValue(message.InvocationResponse.InvocationId, out var invocation))
                {
                    invocation.TrySetResult(message.InvocationResponse);
                }

                break;
            default:
                if (_questions.TryGetValue(message.RequestId, out var question))
                {
                    question.TrySetResult(message);
                }

                break;
        }
    }

    private async Task WriteAsync(IServerStreamWriter<StreamingMessage> outgoing, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync(cancellationToken))
            {
                await outgoing.WriteAsync(message, cancellationToken);
            }
        }
        catch (Exception fault) when (fault is IOException or InvalidOperationException or OperationCanceledException or Grpc.Core.RpcException)
        {
            Close();
        }
    }
}

/// <summary>
/// Durable looks for this very name: it then runs an orchestrator again, and fails an activity, as with the platform's host.
/// </summary>
internal sealed class WorkerProcessExitException() : Exception("The worker process ended during the invocation.");
