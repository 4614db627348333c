using System.Diagnostics;
using FunctionsNotify.DevHost.Rpc;
using Google.Protobuf;
using Microsoft.Azure.WebJobs;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace FunctionsNotify.DevHost;

/// <summary>Values between the WebJobs SDK and the worker protocol.</summary>
internal static class RpcValues
{
    // As the platform reads them: a text that looks like a time stays a text.
    private static readonly JsonSerializerSettings _json = new() { DateParseHandling = DateParseHandling.None };

    public static InvocationRequest Request(FunctionDefinition function, string invocationId, object?[] inputs, IReadOnlyDictionary<string, object> triggerMetadata)
    {
        var request = new InvocationRequest { InvocationId = invocationId, FunctionId = function.Metadata.FunctionId };
        request.InputData.Add(new ParameterBinding { Name = function.TriggerName, Data = function.IsHttp ? new TypedData { Http = new RpcHttp() } : From(inputs[0]) });
        if (function.DurableClient is { } client)
        {
            request.InputData.Add(new ParameterBinding { Name = client, Data = From(inputs[1]) });
        }

        foreach (var (name, value) in triggerMetadata.Where(data => data.Value is string or int or long or bool or DateTime or DateTimeOffset or Guid))
        {
            request.TriggerMetadata[name] = From(value);
        }

        // The worker wants one, be it empty.
        request.TraceContext = new RpcTraceContext { TraceParent = Activity.Current?.Id ?? "", TraceState = Activity.Current?.TraceStateString ?? "" };
        return request;
    }

    /// <summary>What the function returned.</summary>
    /// <exception cref="FunctionFailedException">It failed.</exception>
    public static object? Result(InvocationResponse response) => response.Result.Status switch
    {
        StatusResult.Types.Status.Success => To(response.ReturnValue),
        StatusResult.Types.Status.Cancelled => throw new OperationCanceledException("The worker ended the invocation as cancelled."),
        _ => throw new FunctionFailedException(response.Result),
    };

    private static TypedData From(object? value) => value switch
    {
        null => new TypedData(),
        string text => new TypedData { String = text },
        ParameterBindingData data => new TypedData
        {
            ModelBindingData = new ModelBindingData { Version = data.Version, Source = data.Source, ContentType = data.ContentType, Content = ByteString.CopyFrom(data.Content.ToMemory().Span) },
        },
        TimerInfo timer => new TypedData { Json = new JObject { ["IsPastDue"] = timer.IsPastDue, ["Schedule"] = new JObject { ["AdjustForDST"] = timer.Schedule.AdjustForDST } }.ToString(Formatting.None) },
        _ => new TypedData { Json = JsonConvert.SerializeObject(value) },
    };

    private static object? To(TypedData? value) => value?.DataCase switch
    {
        TypedData.DataOneofCase.String => value.String,
        TypedData.DataOneofCase.Json => JsonConvert.DeserializeObject<JToken>(value.Json, _json) is JValue { Type: JTokenType.String } text ? text.Value : JsonConvert.DeserializeObject<JToken>(value.Json, _json),
        TypedData.DataOneofCase.Bytes => value.Bytes.ToByteArray(),
        TypedData.DataOneofCase.Int => value.Int,
        TypedData.DataOneofCase.Double => value.Double,
        _ => null,
    };
}

/// <summary>A function failed. Durable reads result, exception and stack out of this text.</summary>
internal sealed class FunctionFailedException(StatusResult result)
    : Exception($"Result: {result.Result}\nException: {result.Exception?.Message}\nStack: {result.Exception?.StackTrace}");
