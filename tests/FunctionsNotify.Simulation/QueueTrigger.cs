using System.Globalization;
using System.Text.Json.Nodes;
using Azure.Storage.Queues.Models;
using FunctionsNotify.Simulation.Storage;

namespace FunctionsNotify.Simulation;

// The host's queue trigger, by the rules of host.json: a message that fails is seen again after a pause, one that has
// failed too often goes to the poison queue, and a process that dies holds what it took for the platform's ten minutes.
internal sealed class QueueTrigger
{
    private static readonly TimeSpan _lease = TimeSpan.FromMinutes(10);
    private static readonly JsonNode _settings = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "host.json")))!["extensions"]!["queues"]!;
    private static readonly TimeSpan _pause = TimeSpan.Parse(_settings["visibilityTimeout"]!.ToString(), CultureInfo.InvariantCulture);
    private static readonly int _maxDequeueCount = (int)_settings["maxDequeueCount"]!;

    private readonly World _world;

    public QueueTrigger(World world)
    {
        _world = world;
        world.Account.Queues.Added += (queue, message) =>
        {
            if (queue == Process.NotificationsQueue)
            {
                Watch(message);
            }
        };
    }

    private QueueService Queues => _world.Account.Queues;

    private void Watch(StoredMessage message)
    {
        var wait = message.VisibleAt - _world.Loop.Now;
        _world.Loop.After((wait > TimeSpan.Zero ? wait : TimeSpan.Zero) + _world.Loop.Milliseconds(1, 1000), () => Look(message));
    }

    private void Look(StoredMessage message)
    {
        if (message.VisibleAt > _world.Loop.Now || !Queues.Messages(Process.NotificationsQueue).Contains(message))
        {
            return;
        }

        if (_world.AnyProcess() is not { } process || _world.Weather.IsAway("queue"))
        {
            _world.Loop.After(TimeSpan.FromSeconds(5), () => Look(message));
            return;
        }

        Queues.Lease(message, _lease);
        Watch(message);
        if (message.DequeueCount > _maxDequeueCount)
        {
            Bury(message);
            return;
        }

        var receipt = message.Receipt;
        var handed = QueuesModelFactory.QueueMessage(message.Id, receipt, message.Text, message.DequeueCount, null, message.InsertedAt, message.ExpiresAt);
        Loop.Run(process, $"intake of {message.Id}", null, () => Functions.RunAsync(process, Functions.Intake, handed), fault =>
        {
            if (fault is not null)
            {
                _world.Loop.Tell($"intake of {message.Id} failed: {fault.GetType().Name}: {fault.Message}");
            }

            // The host's own calls fail too; the message is then seen again when its lease ends.
            if (message.Receipt != receipt || _world.Weather.Happens("the trigger's call fails", 0.003))
            {
                return;
            }

            if (fault is null)
            {
                Queues.Delete(Process.NotificationsQueue, message.Id, receipt);
            }
            else if (message.DequeueCount >= _maxDequeueCount)
            {
                Bury(message);
            }
            else
            {
                Queues.Lease(message, _pause, counts: false);
                Watch(message);
            }
        });
    }

    // A copy under an id of its own, which ends after the service's seven days.
    private void Bury(StoredMessage message)
    {
        _world.Loop.Tell($"message {message.Id} goes to the poison queue");
        Queues.Put(Process.PoisonQueue, message.Text, TimeSpan.FromDays(7));
        if (!_world.Weather.Happens("the trigger's call fails", 0.05))
        {
            Queues.Delete(Process.NotificationsQueue, message.Id, message.Receipt);
        }
    }
}
