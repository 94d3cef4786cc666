using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AuthzSim.Formats.Yaml;

/// <summary>
/// The events of a large text, which another thread reads ahead of whoever uses them: reading YAML takes longer than all that
/// is done with it. What the parser throws is thrown where its event would have come.
/// </summary>
internal sealed class YamlEventsAhead : IParser, IDisposable
{
    private const int EventsPerBatch = 512;
    private const int BatchesAhead = 8;

    private readonly BlockingCollection<Batch> _batches = new(BatchesAhead);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;
    private Batch _batch = new([], null);
    private int _next;

    public YamlEventsAhead(string text) => _reading = Task.Factory.StartNew(
        () => ReadAll(new YamlEvents(text)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public ParsingEvent? Current { get; private set; }

    public bool MoveNext()
    {
        while (_next == _batch.Events.Count)
        {
            _batch.Failure?.Throw();
            if (!_batches.TryTake(out var batch, Timeout.Infinite))
            {
                return false;
            }

            (_batch, _next) = (batch, 0);
        }

        Current = _batch.Events[_next++];
        return true;
    }

    /// <summary>Ends the reading, wherever it is.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _reading.Wait();
        _batches.Dispose();
        _stop.Dispose();
    }

    private void ReadAll(YamlEvents events)
    {
        try
        {
            Batch batch;
            do
            {
                batch = ReadBatch(events);
                _batches.Add(batch, _stop.Token);
            }
            while (batch.Failure is null && batch.Events.Count == EventsPerBatch);
            _batches.CompleteAdding();
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for more.
        }
    }

    private static Batch ReadBatch(YamlEvents events)
    {
        List<ParsingEvent> read = new(EventsPerBatch);
        try
        {
            while (read.Count < EventsPerBatch && events.MoveNext())
            {
                read.Add(events.Current!);
            }
        }
#pragma warning disable CA1031 // Whatever it is, it is thrown where the events are used.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new Batch(read, ExceptionDispatchInfo.Capture(e));
        }

        return new Batch(read, null);
    }

    /// <summary>Some events, and what was thrown after them.</summary>
    private sealed record Batch(List<ParsingEvent> Events, ExceptionDispatchInfo? Failure);
}
