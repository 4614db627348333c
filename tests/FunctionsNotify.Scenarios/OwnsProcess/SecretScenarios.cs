using System.Text;
using System.Text.RegularExpressions;
using FunctionsNotify.Simulator;

namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>
/// Everything that a host writes or answers, searched for the private key; and its logs at the default level, for what
/// stands in notifications. The logs of all other scenarios' hosts are searched when the suite ends, see <see cref="Suite"/>.
/// </summary>
[Trait("Category", "owns-process")]
public sealed class SecretScenarios
{
    // No value of a notification but its ids may stand in a log.
    private readonly string _marker = $"marker-{Guid.NewGuid():N}";
    private readonly List<(string Where, string Content)> _written = [];

    [OwnsProcessFact]
    public async Task Run_EveryKindOfEnd_NowhereTheKeyAndNoBodyInTheLogs()
    {
        var simulator = await Suite.SimulatorAsync();
        var pem = await File.ReadAllTextAsync(simulator.Keys.AcquirerPrivateKeyPath);
        await using var own = await Suite.PrepareHostAsync("secrets", HostPolicy.OfSeconds(1, 2));
        // The key in the environment, as deployments have it.
        await own.StartAsync(new(Setting.PrivateKeyPath, string.Empty), new(Setting.PrivateKey, pem.ReplaceLineEndings("\\n")));

        var payments = await EndAllAsync(own.Host);
        var messages = await RefuseAllAsync(own.Host, payments[0]);
        foreach (var payment in payments)
        {
            Keep("API", await own.Host.Api.ReadAsync($"notifications/{payment.Id}"), payment.Id);
            _written.AddRange(own.Host.Outcomes.Deliveries(payment.Id).Select(outcome => ("outcome", outcome.Text)));
        }

        _written.AddRange(messages.SelectMany(own.Host.Outcomes.Messages).Select(outcome => ("outcome", outcome.Text)));
        Keep("API", await own.Host.Api.ReadAsync("health"), "delivery");
        await KeepQuarantineAsync(own.Host, messages.Count);
        Assert.True(await own.Process.StopAsync() == 0, "the host did not stop in order");
        await StartWronglyAsync(own, pem);
        Keep("log", own.Process.Log, payments[0].Id);
        Assert.All(_written, each => Assert.NotEmpty(each.Content));

        var key = SecretSearch.ForPrivateKey(pem);
        Assert.Empty(_written.SelectMany(each => key.FindIn(each.Content).Select(found => $"{each.Where}: {found}")));
        Assert.Empty(SecretSearch.ForText("a notification's content", _marker).FindIn(own.Process.Log));
        // The storage account's key is none of the log's business either.
        Assert.Empty(SecretSearch.ForText("the storage account's key", AccountKey(own.Host.Storage)).FindIn(own.Process.Log));
        // What is kept is kept whole: the marker is where it belongs.
        Assert.Contains(_written, each => each.Where == "quarantined message" && each.Content.Contains(_marker, StringComparison.Ordinal));
    }

    private async Task<IReadOnlyList<Payment>> EndAllAsync(HostUnderTest host)
    {
        (string State, ScriptStep[] Steps)[] ends =
        [
            ("Delivered", [ScriptStep.Success]),
            ("Rejected", [ScriptStep.Failure("PROCESS_FAIL")]),
            ("Exhausted", [ScriptStep.Unknown()]),
            ("Delivered", [ScriptStep.Failure("KEY_NOT_FOUND") with { Signing = AnswerSigning.None }, ScriptStep.Success]),
            ("Rejected", [ScriptStep.Failure("INVALID_SIGNATURE") with { Signing = AnswerSigning.WrongKey }]),
            ("Delivered", [new() { Signing = AnswerSigning.WrongBody }, new() { Connection = ConnectionBehaviour.Reset }, ScriptStep.Success]),
            ("Exhausted", [new() { HttpStatus = 503, Body = AnswerBody.Html }]),
        ];
        var payments = ends.Select(_ => Marked(Payment.Succeeded("secret"))).ToList();
        var delivered = await Task.WhenAll(payments.Zip(ends, (payment, end) => host.DeliverAsync(payment, end.Steps)));
        Assert.All(delivered.Zip(ends), pair => pair.First.IsSound(pair.Second.State));
        return payments;
    }

    private async Task<IReadOnlyList<string>> RefuseAllAsync(HostUnderTest host, Payment known)
    {
        string[] refused =
        [
            // A conflict.
            Encoding.UTF8.GetString(known.Body).Replace(_marker, $"{_marker}!", StringComparison.Ordinal),
            // Broken off, in base64, and no JSON at all.
            $$"""{"paymentId":"{{Payment.NewId("secret")}}","paymentResult":{"resultStatus":"F","resultMessage":"{{_marker}}""",
            MessageForm.Base64(Encoding.UTF8.GetBytes($$"""{"paymentId":"{{Payment.NewId("secret")}}","paymentResult":"{{_marker}}"}""")),
            _marker,
            // Every field at fault.
            $$$"""{"paymentId":"{{{Payment.NewId("secret")}}}","paymentResult":{"resultStatus":"{{{_marker}}}","resultCode":"{{{_marker}}}","resultMessage":1},"paymentTime":"{{{_marker}}}","paymentAmount":{"value":"{{{_marker}}}"}}""",
            $$"""{"functionsNotify":"{{_marker}}","traceparent":"{{_marker}}","notification":"{{_marker}}"}""",
        ];
        var messages = await Task.WhenAll(refused.Select(host.EnqueueAsync));
        foreach (var message in messages)
        {
            Assert.NotEmpty((await host.Outcomes.MessageAsync(message)).Reasons);
        }

        return messages;
    }

    private async Task KeepQuarantineAsync(HostUnderTest host, int count)
    {
        var records = 0;
        await foreach (var blob in host.Quarantine.GetBlobsAsync())
        {
            var content = (await host.Quarantine.GetBlobClient(blob.Name).DownloadContentAsync()).Value.Content;
            _written.Add(("quarantine record", content.ToString()));
            _written.Add(("quarantined message", Encoding.UTF8.GetString(QuarantineBlob.Read(content).Content)));
            records++;
        }

        Assert.Equal(count, records);
    }

    // Storage that does not answer, then every mistake that puts the key, or a damaged one, where it does not belong.
    private static async Task StartWronglyAsync(OwnHost own, string pem)
    {
        var nowhere = WithoutPorts(own.Host.Storage);
        own.Process.Start([new(Setting.Storage, nowhere), new(Setting.PaymentsStorage, nowhere)]);
        Assert.InRange(await own.Process.ExitAsync(HostUnderTest.Patience), 1, 2);
        Assert.Contains(Setting.Storage, own.Process.Log, StringComparison.Ordinal);

        var oneLine = string.Concat(pem.Split('\n')[1..^2]);
        using var folder = new TemporaryKeys(pem);
        KeyValuePair<string, string>[][] mistakes =
        [
            [new(Setting.PrivateKeyPath, folder.Broken), new(Setting.PublicKeysPath, folder.PrivateAmongPublic)],
            [new(Setting.PrivateKeyPath, pem), new(Setting.PublicKeysPath, string.Empty), new(Setting.PublicKeys + "1", pem)],
            [
                new(Setting.PrivateKeyPath, string.Empty), new(Setting.PrivateKey, oneLine[..^100]),
                new(Setting.BaseUrl, oneLine), new(Setting.ClientId, pem), new(Setting.KeyVersion, oneLine), new(Setting.RequestTimeout, oneLine),
                new(Setting.OutcomesQueue, oneLine), new(Setting.Jitter, oneLine),
            ],
            [new(Setting.Storage, pem), new(Setting.PaymentsStorage, oneLine)],
        ];
        foreach (var mistake in mistakes)
        {
            var before = own.Process.Log.Length;
            own.Process.Start(mistake);
            Assert.InRange(await own.Process.ExitAsync(HostUnderTest.Patience), 1, 2);
            var said = own.Process.Log[before..];
            Assert.All(mistake.Where(setting => setting.Value.Length > 0), setting => Assert.Contains(setting.Key, said, StringComparison.Ordinal));
        }
    }

    private Payment Marked(Payment payment) => payment.With(Payment.Marker, _marker);

    private void Keep(string where, string content, string expected)
    {
        // An empty or wrong text would be searched in vain.
        Assert.Contains(expected, content, StringComparison.Ordinal);
        _written.Add((where, content));
    }

    private static string AccountKey(string connectionString) =>
        connectionString.Split(';').Select(part => part.Split('=', 2)).Single(part => part[0] == "AccountKey")[1];

    // The same account at an address where nobody listens.
    private static string WithoutPorts(string connectionString) => Regex.Replace(connectionString, @"(127\.0\.0\.1|localhost):\d+", "127.0.0.1:9");

    /// <summary>Key files as they should not be.</summary>
    private sealed class TemporaryKeys : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("functions-notify-wrong-keys-");

        public TemporaryKeys(string pem)
        {
            File.WriteAllText(Broken, pem.Remove(pem.Length / 2, 3));
            Directory.CreateDirectory(PrivateAmongPublic);
            File.WriteAllText(Path.Combine(PrivateAmongPublic, "1.pem"), pem);
        }

        public string Broken => Path.Combine(_folder.FullName, "broken.pem");

        public string PrivateAmongPublic => Path.Combine(_folder.FullName, "public");

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
