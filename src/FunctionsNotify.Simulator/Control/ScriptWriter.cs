using System.Text.Json;

namespace FunctionsNotify.Simulator;

/// <summary>Writes a script as the control API reads it; values that are the default are left out.</summary>
internal static class ScriptWriter
{
    private static readonly ScriptStep Defaults = new();

    public static void Write(Utf8JsonWriter writer, Script script)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("steps");
        foreach (var step in script.Steps)
        {
            Write(writer, step);
        }

        writer.WriteEndArray();
        writer.WriteString("then", ControlJson.Word(script.Then));
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ScriptStep step)
    {
        writer.WriteStartObject();
        Text("resultStatus", step.ResultStatus);
        Text("resultCode", step.ResultCode);
        Text("resultMessage", step.ResultMessage);
        switch (step.Signing)
        {
            case null:
                break;
            case AnswerSigning.Valid or AnswerSigning.None:
                writer.WriteBoolean("signed", step.Signing == AnswerSigning.Valid);
                break;
            case { } signing:
                writer.WriteString("signed", ControlJson.Word(signing));
                break;
        }

        if (step.HttpStatus is { } status)
        {
            writer.WriteNumber("httpStatus", status);
        }

        Duration("delay", step.Delay, Defaults.Delay);
        Word("connection", step.Connection, Defaults.Connection);
        Word("body", step.Body, Defaults.Body);
        Text("rawBody", step.RawBody);
        Text("retryAfter", step.RetryAfter);
        Text("location", step.Location);
        Text("clientId", step.ClientId);
        Duration("responseTimeShift", step.ResponseTimeShift, Defaults.ResponseTimeShift);
        Duration("dripInterval", step.DripInterval, Defaults.DripInterval);
        if (step.OmitHeaders.Count > 0)
        {
            writer.WriteStartArray("omitHeaders");
            foreach (var name in step.OmitHeaders)
            {
                writer.WriteStringValue(name);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();

        void Text(string name, string? value)
        {
            if (value is not null)
            {
                writer.WriteString(name, value);
            }
        }

        void Duration(string name, TimeSpan value, TimeSpan usual)
        {
            if (value != usual)
            {
                writer.WriteString(name, value.ToString("c"));
            }
        }

        void Word<T>(string name, T value, T usual)
            where T : struct, Enum
        {
            if (!EqualityComparer<T>.Default.Equals(value, usual))
            {
                writer.WriteString(name, ControlJson.Word(value));
            }
        }
    }
}
